frappe.listview_settings["Credit Cover"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	filters: [["status", "in", ["Requested", "Approved"]]],
};
