frappe.listview_settings["Receivables Snapshot"] = {
	hide_name_column: true,
};
