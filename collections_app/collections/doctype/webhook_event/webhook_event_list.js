frappe.listview_settings["Webhook Event"] = {
	hide_name_column: true,
};
