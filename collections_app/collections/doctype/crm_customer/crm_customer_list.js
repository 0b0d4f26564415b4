frappe.listview_settings["CRM Customer"] = {
	hide_name_column: true,
};
