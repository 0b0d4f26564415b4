frappe.listview_settings["Risk Score"] = {
	hide_name_column: true,

	formatters: {
		band: (value) => collections_app.risk_badge(value),
	},
};
