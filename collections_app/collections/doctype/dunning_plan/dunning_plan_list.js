frappe.listview_settings["Dunning Plan"] = {
	add_fields: ["enabled"],
	hide_name_column: true,

	get_indicator: (doc) =>
		doc.enabled
			? [__("Enabled"), "green", "enabled,=,1"]
			: [__("Disabled"), "gray", "enabled,=,0"],
};
