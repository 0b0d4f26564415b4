frappe.query_reports["Credit Exposure"] = {
	tree: true,
	name_field: "key",
	parent_field: "parent_key",
	initial_depth: 0,
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Customer", label: __("Customer") },
				{ value: "Parent", label: __("Parent") },
				{ value: "Customer Group", label: __("Customer Group") },
				{ value: "Country", label: __("Country") },
				{ value: "Insurer", label: __("Insurer") },
				{ value: "Risk Band", label: __("Risk Band") },
			],
			default: "Customer",
		},
		{
			fieldname: "show",
			label: __("Show"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("All") },
				{ value: "Not Insured", label: __("Not Insured") },
				{ value: "Over Limit", label: __("Over Limit") },
				{ value: "Riskier", label: __("Riskier than Before") },
			],
		},
		collections_app.report_filters.as_of(),
		{
			fieldname: "days_before",
			label: __("Compare with Days Ago"),
			fieldtype: "Int",
			default: 7,
		},
		{
			fieldname: "minimum_exposure",
			label: __("Exposure From"),
			fieldtype: "Currency",
		},
	],

	onload() {
		frappe.breadcrumbs.add("Collections");
	},

	formatter(value, row, column, data, default_formatter) {
		let text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (["risk_band", "risk_band_before"].includes(column.fieldname))
			return value ? collections_app.risk_badge(value) : "";
		if (column.fieldname === "label") {
			text = frappe.utils.escape_html(value || "");
			if (data.customer)
				text = frappe.utils.get_form_link("Customer", data.customer, true, text);
		}
		const none = value === null || value === undefined;
		if (["limit_use", "credit_limit"].includes(column.fieldname) && none) return "";
		if (column.fieldname === "over_limit" && value > 0)
			text = `<span class="text-danger">${text}</span>`;
		return data.bold ? `<b>${text}</b>` : text;
	},
};
