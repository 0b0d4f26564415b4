frappe.listview_settings["Late Interest Rate"] = {
	hide_name_column: true,
};
