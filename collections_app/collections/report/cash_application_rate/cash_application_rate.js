frappe.query_reports["Cash Application Rate"] = {
	filters: [
		collections_app.report_filters.company(),
		collections_app.report_filters.from_date(
			frappe.datetime.add_months(frappe.datetime.month_start(), -5),
		),
		collections_app.report_filters.to_date(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Month", label: __("Month") },
				{ value: "Week", label: __("Week") },
				{ value: "Rule", label: __("Rule") },
				{ value: "Person", label: __("Person") },
				{ value: "Bank Account", label: __("Bank Account") },
			],
			default: "Month",
		},
		{
			fieldname: "bank_account",
			label: __("Bank Account"),
			fieldtype: "Link",
			options: "Bank Account",
			get_query: () => ({ filters: { is_company_account: 1 } }),
		},
	],

	onload(report) {
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("Cash Review"), () => frappe.set_route("cash-review"));
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data || column.fieldname !== "waiting" || !value) return text;
		const company = encodeURIComponent(frappe.query_report.get_filter_value("company"));
		return `<a href="/app/cash-match?status=To%20Review&company=${company}">${text}</a>`;
	},
};
