frappe.listview_settings["External Reference"] = {
	hide_name_column: true,
	refresh: (listview) => collections_app.say_why_empty(listview),
};
