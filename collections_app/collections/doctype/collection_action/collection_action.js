const API = "collections_app.api.actions";
const OPEN = ["Planned", "Awaiting Approval", "Held", "Queued", "Failed", "Uncertain"];

frappe.ui.form.on("Collection Action", {
	refresh(frm) {
		frm.disable_save();
		frm.events.headline(frm);
		frm.events.preview(frm);
		if (frappe.model.can_write("Collection Action")) frm.events.add_buttons(frm);
		frm.add_custom_button(__("Case"), () =>
			frappe.set_route("Form", "Collection Case", frm.doc.case),
		);
		if (!frm.doc.message && frm.doc.letter) {
			frm.add_custom_button(__("Preview"), () => frm.events.preview_letter(frm));
		}
	},

	// A message is written when it goes out; until then it is shown as it would be written now.
	async preview_letter(frm) {
		const letter = await frappe.xcall("collections_app.api.letters.preview_action", {
			action: frm.doc.name,
		});
		const dialog = new frappe.ui.Dialog({ title: letter.subject, size: "extra-large" });
		if (letter.recipients && letter.recipients.length) {
			const to = [].concat(letter.recipients).join(", ");
			dialog.$body.append(
				`<p class="text-muted">${__("To {0}", [collections_app.escape(to)])}</p>`,
			);
		}
		dialog.$body.append(collections_app.letter_frame(letter.html));
		dialog.show();
	},

	headline(frm) {
		// the headline says it already
		frm.toggle_display(["section_hold", "section_error"], false);
		const first_lines = (text) => collections_app.escape(text || "").replace(/\n/g, "<br>");
		const says = {
			"Awaiting Approval": [
				__("This step goes out only after somebody approved it."),
				"purple",
			],
			Held: [first_lines(frm.doc.hold_reasons), "orange"],
			Failed: [first_lines(frm.doc.error) || __("It could not be sent."), "red"],
			Uncertain: [
				__(
					"It is not known whether this message went out. Ask the recipient or look into the mail account, then say what happened.",
				),
				"red",
			],
			Cancelled: [first_lines(frm.doc.cancel_reason) || __("It was cancelled."), "yellow"],
		}[frm.doc.status];
		if (says && says[0]) frm.dashboard.set_headline_alert(says[0], says[1]);
	},

	preview(frm) {
		frm.toggle_display("message", false);
		const section = $(frm.get_field("message").wrapper).parent();
		section.find(".letter-frame").remove();
		if (frm.doc.message) section.append(collections_app.letter_frame(frm.doc.message));
	},

	add_buttons(frm) {
		const { status, name } = frm.doc;
		const call = (method, args) =>
			frappe.call({ method: `${API}.${method}`, args, freeze: true }).then(({ message }) => {
				collections_app.show_counts(message);
				frm.reload_doc();
			});
		if (status === "Awaiting Approval" && !frm.doc.approved_by) {
			frm.add_custom_button(__("Approve"), () =>
				call("approve", { names: [name] }),
			).addClass("btn-primary");
		}
		if (status === "Failed") {
			frm.add_custom_button(__("Retry"), () => call("retry", { name })).addClass(
				"btn-primary",
			);
		}
		if (status === "Uncertain") {
			const group = __("What Happened");
			frm.add_custom_button(
				__("It Was Sent"),
				() => call("resolve_uncertain", { name, outcome: "sent" }),
				group,
			);
			frm.add_custom_button(
				__("It Was Not Sent"),
				() => call("resolve_uncertain", { name, outcome: "not sent" }),
				group,
			);
		}
		if (OPEN.includes(status)) {
			frm.add_custom_button(__("Cancel"), () =>
				collections_app.ask_reason(__("Cancel Message"), (reason) =>
					call("cancel", { names: [name], reason }),
				),
			);
		}
	},
});
