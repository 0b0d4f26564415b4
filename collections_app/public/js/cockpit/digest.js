// The weekly digest as it would come by e-mail now.
import { empty, failed, loading } from "../shared/states.js";
import { ask } from "./server.js";

export async function show_digest(companies) {
	const dialog = new frappe.ui.Dialog({ title: __("Weekly Digest"), size: "large" });
	dialog.body.innerHTML = loading(12);
	dialog.show();
	try {
		const { subject, html } = await ask("digest_preview", { companies });
		if (!html) {
			$(dialog.body).html(
				empty(
					__("There is nothing to tell yet."),
					__("The first run brings the figures."),
				),
			);
			return;
		}
		dialog.set_title(subject);
		$(dialog.body).empty().append(collections_app.letter_frame(html));
	} catch (error) {
		$(dialog.body).html(failed(error));
		$(dialog.body)
			.find("[data-retry]")
			.on("click", () => {
				dialog.hide();
				show_digest(companies);
			});
	}
}
