frappe.listview_settings["Connector Log"] = {
	add_fields: ["kind"],
	hide_name_column: true,
	refresh: (listview) => collections_app.say_why_empty(listview),
	formatters: {
		// a stream by its own word, as its manifest names it; without one what was done
		stream: (value, _df, doc) =>
			collections_app.escape(__(value ? frappe.unscrub(value) : doc.kind)),
	},
};
