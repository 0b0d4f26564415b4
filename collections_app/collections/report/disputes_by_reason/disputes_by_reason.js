frappe.query_reports["Disputes by Reason"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "as_on",
			label: __("As On"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "reason",
			label: __("Reason"),
			fieldtype: "Link",
			options: "Dispute Reason",
		},
		{
			fieldname: "responsible",
			label: __("Responsible"),
			fieldtype: "Link",
			options: "User",
		},
		{
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data || !data.reason) return text;
		if (column.fieldname === "disputes") {
			const filters = { status: "Open", reason: data.reason, responsible: data.responsible };
			const query = Object.entries(filters)
				.filter(([, wanted]) => wanted)
				.map(([field, wanted]) => `${field}=${encodeURIComponent(wanted)}`)
				.join("&");
			return `<a href="/app/invoice-dispute?${query}">${text}</a>`;
		}
		if (column.fieldname === "late" && value > 0) {
			return `<span class="text-danger bold">${text}</span>`;
		}
		if (column.fieldname === "responsible" && !value) {
			return `<span class="text-muted">${__("nobody")}</span>`;
		}
		return text;
	},
};
