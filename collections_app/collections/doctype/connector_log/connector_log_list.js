frappe.listview_settings["Connector Log"] = {
	hide_name_column: true,
};
