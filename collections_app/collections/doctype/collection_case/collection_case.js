frappe.ui.form.on("Collection Case", {
	refresh(frm) {
		if (frm.is_new()) return;
		frm.events.show_standing(frm);
		frm.add_custom_button(__("Customer"), () =>
			frappe.set_route("Form", "Customer", frm.doc.customer),
		);
		if (frm.doc.status !== "Open" || !frappe.model.can_write("Collection Case")) return;
		frm.events.add_buttons(frm);
	},

	add_buttons(frm) {
		const done = () => frm.reload_doc();
		const subject = { customer: frm.doc.customer, company: frm.doc.company, done };
		const of_case = { case: frm.doc.name, done };
		frm.add_custom_button(__("Promise to Pay"), () => collections_app.record_promise(subject));
		frm.add_custom_button(__("Dispute"), () => collections_app.record_dispute(subject));
		frm.add_custom_button(__("Log Call"), () => collections_app.log_call(of_case));
		frm.add_custom_button(__("Pause"), () => collections_app.pause(of_case));
	},

	// What to do next, and how old the debt is.
	async show_standing(frm) {
		const name = frm.doc.name;
		const data = await frappe.xcall("collections_app.api.customer.summary", {
			customer: frm.doc.customer,
			company: frm.doc.company,
		});
		if (frm.doc.name !== name) return;
		const { escape, pill } = collections_app;
		if (data.reasons.length) {
			frm.dashboard.set_headline(
				`${pill(__(data.class), collections_app.CLASS_COLOURS[data.class])}
				<span class="ml-2">${data.reasons.map(escape).join(" · ")}</span>`,
			);
		}
		const bar = collections_app.ageing_bar(data.ageing, data.currency);
		$(frm.dashboard.parent || frm.layout.wrapper)
			.find(".case-ageing")
			.remove();
		if (bar) {
			frm.dashboard.add_section(`<div class="case-ageing">${bar}</div>`, __("Ageing"));
			frm.dashboard.show();
		}
	},
});
