frappe.query_reports["Cash Forecast Against Actual"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "period",
			label: __("By"),
			fieldtype: "Select",
			options: [
				{ value: "Week", label: __("Week") },
				{ value: "Month", label: __("Month") },
			],
			default: "Week",
		},
		{
			fieldname: "weeks_ahead",
			label: __("Forecast Made"),
			fieldtype: "Select",
			options: [
				{ value: "0", label: __("When the period began") },
				{ value: "1", label: __("A week before") },
				{ value: "4", label: __("Four weeks before") },
			],
			default: "0",
		},
		collections_app.report_filters.from_date(
			frappe.datetime.add_months(frappe.datetime.month_start(), -3),
		),
		collections_app.report_filters.to_date(),
	],

	onload(report) {
		collections_app.keep_chart_axis(report);
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("Cash Forecast"), () =>
			frappe.set_route("query-report", "Cash Forecast"),
		);
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (column.fieldname === "within" && data?.within) {
			return `<span class="indicator-pill ${data.inside ? "green" : "orange"}">${text}</span>`;
		}
		if (column.fieldname === "error" && (value ?? "") === "") return "";
		return text;
	},
};
