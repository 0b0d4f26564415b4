frappe.listview_settings["Online Payout"] = {
	refresh: (listview) => collections_app.say_why_empty(listview),
};
