const COLOURS = { New: "gray", Healthy: "green", Warning: "orange", Failing: "red" };

frappe.listview_settings["Connector Config"] = {
	add_fields: ["status", "enabled"],
	hide_name_column: true,

	get_indicator(doc) {
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		return [__(doc.status), COLOURS[doc.status], `status,=,${doc.status}`];
	},
};
