frappe.query_reports["DSO and CEI Trend"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "period",
			label: __("By"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Week", label: __("Week") },
				{ value: "Day", label: __("Day") },
			],
			default: "Month",
		},
		collections_app.report_filters.from_date(
			frappe.datetime.add_months(frappe.datetime.month_start(), -12),
		),
		collections_app.report_filters.to_date(),
	],

	onload(report) {
		collections_app.keep_chart_axis(report);
		frappe.breadcrumbs.add("Collections");
	},

	formatter(value, row, column, data, default_formatter) {
		// a figure that has no meaning is no zero
		if ((value ?? "") === "") return "";
		const text = default_formatter(value, row, column, data);
		if (!data || column.fieldname !== "snapshot_date") return text;
		const filters = { snapshot_date: value };
		filters.company = frappe.query_report.get_filter_value("company");
		return `<a href="/app/receivables-snapshot?${new URLSearchParams(filters)}">${text}</a>`;
	},
};
