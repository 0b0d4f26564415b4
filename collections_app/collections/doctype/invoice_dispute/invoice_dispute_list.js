frappe.listview_settings["Invoice Dispute"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
};
