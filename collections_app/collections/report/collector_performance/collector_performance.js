frappe.query_reports["Collector Performance"] = {
	filters: [
		collections_app.report_filters.company(),
		collections_app.report_filters.from_date(frappe.datetime.month_start()),
		collections_app.report_filters.to_date(),
		{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "User Group" },
		{ fieldname: "collector", label: __("Collector"), fieldtype: "Link", options: "User" },
	],

	onload(report) {
		frappe.breadcrumbs.add("Collections");
		report.page.add_inner_button(__("Team"), () => frappe.set_route("collections-team"));
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data) return text;
		const empty = value === null || value === undefined;
		if (["rate", "kept_rate"].includes(column.fieldname) && empty) return "";
		if (column.fieldname === "cases" && value && data.collector) {
			const filters = { status: "Open", collector: data.collector };
			filters.company = frappe.query_report.get_filter_value("company");
			return `<a href="/app/collection-case?${new URLSearchParams(filters)}">${text}</a>`;
		}
		return text;
	},
};
