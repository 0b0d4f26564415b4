frappe.listview_settings["Connector Config"] = {
	add_fields: ["status"],
	hide_name_column: true,
};
