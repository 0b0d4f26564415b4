frappe.listview_settings["Credit Check Rule"] = {
	hide_name_column: false,
	add_fields: ["enabled", "action"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Off"), "gray", "enabled,=,0"];
		const colour = doc.action === "Block" ? "red" : "orange";
		return [__(doc.action), colour, `action,=,${doc.action}`];
	},
};
