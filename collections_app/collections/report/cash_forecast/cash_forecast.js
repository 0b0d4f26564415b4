frappe.query_reports["Cash Forecast"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "period",
			label: __("By"),
			fieldtype: "Select",
			options: [
				{ value: "Day", label: __("Day") },
				{ value: "Week", label: __("Week") },
				{ value: "Month", label: __("Month") },
			],
			default: "Week",
			reqd: 1,
		},
		{
			fieldname: "made_on",
			label: __("Forecast Made Up To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
	],

	onload: (report) => collections_app.keep_chart_axis(report),

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (column.fieldname === "within" && data?.within) {
			const inside = data.came_in >= data.low && data.came_in <= data.high;
			return `<span class="indicator-pill ${inside ? "green" : "orange"}">${text}</span>`;
		}
		return column.fieldname === "expected" ? `<b>${text}</b>` : text;
	},
};
