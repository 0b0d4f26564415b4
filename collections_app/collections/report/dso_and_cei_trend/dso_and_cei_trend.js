frappe.query_reports["DSO and CEI Trend"] = {
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
				{ value: "Month", label: __("Month") },
				{ value: "Week", label: __("Week") },
				{ value: "Day", label: __("Day") },
			],
			default: "Month",
		},
		{
			fieldname: "from_date",
			label: __("From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -12),
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

	onload() {
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
