frappe.listview_settings["Promise to Pay"] = {
	add_fields: ["status", "currency", "due_on", "paid_amount"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
};
