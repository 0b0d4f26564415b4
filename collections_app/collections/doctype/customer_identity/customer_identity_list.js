frappe.listview_settings["Customer Identity"] = { hide_name_column: true };
