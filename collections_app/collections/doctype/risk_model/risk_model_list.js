frappe.listview_settings["Risk Model"] = {
	refresh: (listview) => collections_app.say_why_empty(listview),
};
