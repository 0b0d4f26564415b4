frappe.listview_settings["Payment Link"] = {
	hide_name_column: true,
};
