frappe.query_reports["Cash Forecast Against Actual"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
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
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -3),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],

	onload(report) {
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
