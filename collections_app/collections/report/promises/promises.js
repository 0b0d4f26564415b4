frappe.query_reports["Promises"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "from_date",
			label: __("Due From"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.month_start(), -2),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Due Until"),
			fieldtype: "Date",
			default: frappe.datetime.month_end(),
			reqd: 1,
		},
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Collector", label: __("Collector") },
				{ value: "Customer", label: __("Customer") },
				{ value: "Month", label: __("Month") },
			],
			default: "Collector",
		},
		{ fieldname: "collector", label: __("Collector"), fieldtype: "Link", options: "User" },
		{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
	],

	onload(report) {
		frappe.breadcrumbs.add("Collections");
		// a click on a number opens the promises behind it
		report.$report.on("click", "[data-promises]", (event) => {
			event.preventDefault();
			frappe.set_route(
				"List",
				"Promise to Pay",
				JSON.parse(event.currentTarget.dataset.promises),
			);
		});
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		const status = {
			kept: "Kept",
			partly_kept: "Partly Kept",
			broken: "Broken",
			open: "Open",
		};
		if (!data || !value || !status[column.fieldname] || !data.customer) return text;
		const filters = frappe.query_report.get_filter_values();
		const behind = {
			company: filters.company,
			customer: data.customer,
			status: status[column.fieldname],
			due_on: ["between", [filters.from_date, filters.to_date]],
		};
		return `<a href="#" data-promises="${frappe.utils.escape_html(JSON.stringify(behind))}">${text}</a>`;
	},
};
