frappe.listview_settings["Collection Case"] = {
	add_fields: ["status", "currency"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],

	formatters: {
		risk_band: (value) => collections_app.risk_badge(value),
	},

	onload(listview) {
		listview.page.add_inner_button(__("Worklist"), () =>
			frappe.set_route("query-report", "Collections Worklist"),
		);
	},
};
