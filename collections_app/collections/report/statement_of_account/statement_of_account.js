frappe.query_reports["Statement of Account"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -12),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "open_only",
			label: __("Open Items Only"),
			fieldtype: "Check",
		},
	],

	onload(report) {
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("Customer 360"), () => {
			const customer = report.get_filter_value("customer");
			if (!customer) return;
			frappe.route_options = { company: report.get_filter_value("company") };
			frappe.set_route("customer-360", customer);
		});
	},

	formatter(value, row, column, data, default_formatter) {
		// rows that only tell a balance have no debit and credit
		if (
			["debit", "credit", "balance"].includes(column.fieldname) &&
			data &&
			!data[column.fieldname]
		) {
			const shown = column.fieldname === "balance" && data.balance === 0;
			if (!shown) return "";
		}
		const text = default_formatter(value, row, column, data);
		return data && data.bold ? `<b>${text}</b>` : text;
	},
};
