frappe.listview_settings["Collection Case"] = {
	add_fields: ["status", "stage", "currency", "paused_until"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],

	get_indicator(doc) {
		if (doc.status === "Closed") return [__("Closed"), "gray", "status,=,Closed"];
		if (doc.paused_until && doc.paused_until > frappe.datetime.get_today()) {
			return [__("Paused"), "yellow", "paused_until,>,Today"];
		}
		const colour =
			{
				New: "blue",
				Reminded: "orange",
				Promised: "light-blue",
				Disputed: "purple",
				Paid: "green",
			}[doc.stage] || "gray";
		return [__(doc.stage), colour, `stage,=,${doc.stage}`];
	},

	formatters: {
		risk_band: (value) => collections_app.risk_badge(value),
	},

	onload(listview) {
		listview.page.add_inner_button(__("Worklist"), () =>
			frappe.set_route("query-report", "Collections Worklist"),
		);
	},
};
