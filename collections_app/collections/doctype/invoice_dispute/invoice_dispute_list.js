frappe.listview_settings["Invoice Dispute"] = {
	add_fields: ["status", "currency", "answer_due_on", "responsible"],
	hide_name_column: true,

	// the clock runs: who waits for an answer too long stands out
	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Open" && doc.answer_due_on && doc.answer_due_on < today) {
			return [__("Answer Late"), "red", `status,=,Open|answer_due_on,<,${today}`];
		}
		const colour = { Open: "orange", Resolved: "green", Rejected: "gray" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},

	onload(listview) {
		listview.page.add_inner_button(__("Disputes by Reason"), () =>
			frappe.set_route("query-report", "Disputes by Reason"),
		);
	},
};
