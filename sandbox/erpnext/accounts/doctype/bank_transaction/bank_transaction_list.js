frappe.listview_settings["Bank Transaction"] = {
	add_fields: ["unallocated_amount", "status"],
	get_indicator(doc) {
		const colors = { Cancelled: "red", Reconciled: "green", Unreconciled: "orange" };
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
