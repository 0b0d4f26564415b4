frappe.listview_settings["Invoice Dispute"] = {
	add_fields: ["status", "answer_due_on", "currency"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Open" && doc.answer_due_on && doc.answer_due_on < today) {
			return [__("Answer Late"), "red", `answer_due_on,<,${today}|status,=,Open`];
		}
		const colour = { Open: "orange", Resolved: "green", Rejected: "gray" }[doc.status];
		return [__(doc.status), colour, `status,=,${doc.status}`];
	},
};
