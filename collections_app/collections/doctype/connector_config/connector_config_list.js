const COLOURS = { New: "gray", Healthy: "green", Warning: "orange", Failing: "red" };

frappe.listview_settings["Connector Config"] = {
	add_fields: ["status", "status_message", "enabled"],
	hide_name_column: true,

	get_indicator(doc) {
		if (!doc.enabled) return [__("Off"), "gray", "enabled,=,0"];
		return [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`];
	},

	formatters: {
		last_sync: (value) => (value ? frappe.datetime.comment_when(value) : ""),
	},
};
