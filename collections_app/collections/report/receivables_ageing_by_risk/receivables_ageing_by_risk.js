frappe.query_reports["Receivables Ageing by Risk"] = {
	tree: true,
	name_field: "key",
	parent_field: "parent_key",
	initial_depth: 1,
	filters: [
		collections_app.report_filters.company(),
		collections_app.report_filters.as_of(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Risk Band", label: __("Risk Band") },
				{ value: "Customer", label: __("Customer") },
				{ value: "Collector", label: __("Collector") },
				{ value: "Customer Group", label: __("Customer Group") },
			],
			default: "Risk Band",
		},
		{
			fieldname: "risk_band",
			label: __("Risk Band"),
			fieldtype: "MultiSelectList",
			get_data: (text) =>
				["A", "B", "C", "D", "E"]
					.filter((band) => band.includes((text || "").toUpperCase()))
					.map((band) => ({ value: band, description: __("Risk {0}", [band]) })),
		},
		{
			fieldname: "collector",
			label: __("Collector"),
			fieldtype: "Link",
			options: "User",
		},
		{
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
		},
	],

	onload(report) {
		// Frappe shows the module of the customer, not that of the report
		frappe.breadcrumbs.add("Collections");
		// a click on an amount of a customer opens the invoices behind it
		report.$report.on("click", "[data-open-invoices]", (event) => {
			event.preventDefault();
			frappe.set_route("List", "Sales Invoice", {
				customer: event.currentTarget.dataset.openInvoices,
				company: report.get_filter_value("company"),
				docstatus: 1,
				outstanding_amount: ["!=", 0],
			});
		});
	},

	formatter(value, row, column, data, default_formatter) {
		let text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (column.fieldname === "risk_band")
			return value ? collections_app.risk_badge(value) : "";
		if (column.fieldname === "label") {
			text = frappe.utils.escape_html(value || "");
			if (data.customer)
				text = frappe.utils.get_form_link("Customer", data.customer, true, text);
		}
		if (["total", "overdue"].includes(column.fieldname) && data.customer && value) {
			const customer = frappe.utils.escape_html(data.customer);
			text = `<a href="#" data-open-invoices="${customer}">${text}</a>`;
		}
		return data.bold ? `<b>${text}</b>` : text;
	},
};
