// A call: number and script first, then the outcome by one key, then the next step.
import { reason_of } from "../shared/server.js";
import { alert_box, loading } from "../shared/states.js";
import { phone_link } from "./file_parts.js";
import { ask } from "./server.js";

const { escape } = collections_app;

export function call({ row, data, subject }) {
	const intro = $(`<div class="worklist-call">
		<div class="worklist-numbers">${numbers(data)}</div>
		<div class="worklist-script" aria-label="${__("Script")}">${loading(4)}</div>
	</div>`);
	collections_app.log_call({
		...subject,
		intro,
		title: __("Call {0}", [row.customer_name || row.customer]),
	});
	show_script(row, intro.find(".worklist-script"));
}

function numbers(data) {
	const people = ((data && data.contacts) || []).filter((one) => one.phones.length);
	if (!people.length) {
		return `<p class="text-muted">${__("No phone number is known. Add one to a contact of the customer.")}</p>`;
	}
	return people
		.map(
			(one) =>
				`<div><b>${escape(one.full_name)}</b> ${one.phones.map(phone_link).join(" ")}</div>`,
		)
		.join("");
}

async function show_script(row, place) {
	try {
		const { html, letter, language, tasks } = await ask("call_script", { case: row.case });
		const told = tasks.map((one) => `<div class="form-message blue">${one}</div>`).join("");
		const none = letter
			? __("Nothing is open: there is nothing to talk about.")
			: __("No call script is chosen in Collections Settings.");
		const change =
			letter && frappe.model.can_write("Collection Letter")
				? ` · ${collections_app.link("Collection Letter", letter, __("Change the Script"))}`
				: "";
		place.html(
			html
				? `${told}<div lang="${escape(language)}">${html}</div>
					<div class="text-muted small">${escape(language)}${change}</div>`
				: `${told}<p class="text-muted">${none}</p>`,
		);
	} catch (error) {
		place.html(alert_box(reason_of(error)));
	}
}
