const TONES = { Friendly: "green", Neutral: "blue", Firm: "orange", Final: "red" };

frappe.listview_settings["Collection Letter"] = {
	add_fields: ["tone", "enabled"],
	hide_name_column: true,

	get_indicator(doc) {
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		return [__(doc.tone), TONES[doc.tone], `tone,=,${doc.tone}`];
	},
};
