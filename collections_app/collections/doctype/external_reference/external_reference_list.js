frappe.listview_settings["External Reference"] = {
	hide_name_column: true,
};
