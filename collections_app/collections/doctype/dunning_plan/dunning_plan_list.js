frappe.listview_settings["Dunning Plan"] = {
	add_fields: ["enabled"],
	hide_name_column: true,

	onload(list) {
		const count = async () => {
			this.counts = await frappe.xcall("collections_app.api.plans.counts");
			if (list.data && list.data.length) list.render_list();
		};
		count();
		// a plan may have been changed since the list was left
		$(list.parent).on("show", count);
	},

	get_indicator(doc) {
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		const caught = this.counts && (this.counts[doc.name] || 0);
		if (caught === undefined) return [__("Enabled"), "green", "enabled,=,1"];
		const text = caught === 1 ? __("1 customer today") : __("{0} customers today", [caught]);
		return [text, caught ? "green" : "orange", "enabled,=,1"];
	},
};
