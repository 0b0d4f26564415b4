frappe.listview_settings["Promise to Pay"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
};
