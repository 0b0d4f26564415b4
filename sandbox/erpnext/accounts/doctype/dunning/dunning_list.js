frappe.listview_settings["Dunning"] = {
	get_indicator(doc) {
		const colors = { Resolved: "green", Unresolved: "orange", Cancelled: "red" };
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
