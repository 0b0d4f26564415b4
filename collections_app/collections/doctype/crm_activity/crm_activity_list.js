frappe.listview_settings["CRM Activity"] = {
	hide_name_column: true,
};
