frappe.listview_settings["Credit Report"] = { hide_name_column: true };
