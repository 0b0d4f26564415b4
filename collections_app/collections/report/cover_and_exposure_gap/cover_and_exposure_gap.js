frappe.query_reports["Cover and Exposure Gap"] = {
	filters: [
		collections_app.report_filters.company(),
		{
			fieldname: "gap",
			label: __("Gap"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("All") },
				{ value: "Above Cover", label: __("Above Cover") },
				{ value: "Above Limit", label: __("Above Limit") },
				{ value: "Cover Ends", label: __("Cover Ends") },
				{ value: "To Declare", label: __("To Declare") },
			],
		},
		{
			fieldname: "ends_in",
			label: __("Ends within Days"),
			fieldtype: "Int",
			default: 30,
		},
		collections_app.report_filters.as_of(),
	],

	onload(report) {
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("Credit Exposure"), () =>
			frappe.set_route("query-report", "Credit Exposure"),
		);
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (column.fieldname === "risk_band") return collections_app.risk_badge(value);
		if (["days_left", "days_overdue"].includes(column.fieldname) && (value ?? "") === "")
			return "";
		if (column.fieldname === "cover" && value) {
			const filters = { customer: data.customer, status: "Approved" };
			return `<a href="/app/credit-cover?${new URLSearchParams(filters)}">${text}</a>`;
		}
		const bad = ["above_cover", "over_limit", "to_declare"].includes(column.fieldname);
		return bad && value > 0 ? `<span class="text-danger">${text}</span>` : text;
	},
};
