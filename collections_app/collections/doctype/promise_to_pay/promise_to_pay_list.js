frappe.listview_settings["Promise to Pay"] = {
	add_fields: ["status", "due_on", "currency"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.status === "Open" && doc.due_on === today) {
			return [__("Due Today"), "orange", `due_on,=,${today}|status,=,Open`];
		}
		if (doc.status === "Open" && doc.due_on < today) {
			return [__("Due"), "yellow", `due_on,<,${today}|status,=,Open`];
		}
		return [
			__(doc.status),
			collections_app.STATUS_COLOURS[doc.status],
			`status,=,${doc.status}`,
		];
	},
};
