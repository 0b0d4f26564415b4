frappe.query_reports["Late Payment Charges"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
		},
		collections_app.report_filters.as_of(),
		{
			fieldname: "show",
			label: __("Show"),
			fieldtype: "Select",
			options: [
				{ value: "Charges Open", label: __("Charges Open") },
				{ value: "Announced", label: __("All Announced") },
				{ value: "Overdue", label: __("Announced and Overdue") },
			],
			default: "Charges Open",
		},
	],

	onload(report) {
		collections_app.keep_chart_axis(report);
		// Frappe shows the module of the DocType, not that of the report
		frappe.breadcrumbs.add("Collections");
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (column.fieldname === "unbooked" && value)
			return `<span class="text-warning">${text}</span>`;
		return data.bold ? `<b>${text}</b>` : text;
	},
};
