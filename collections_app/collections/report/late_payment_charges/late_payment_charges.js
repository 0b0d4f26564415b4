frappe.query_reports["Late Payment Charges"] = {
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
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
		},
		{
			fieldname: "as_of",
			label: __("As of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
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

	onload() {
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
