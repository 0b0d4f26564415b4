frappe.listview_settings["Risk Backtest"] = {
	refresh: (listview) => collections_app.say_why_empty(listview),
};
