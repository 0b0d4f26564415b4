frappe.query_reports["AB Test of Plans"] = {
	filters: [
		{
			fieldname: "plan",
			label: __("Dunning Plan"),
			fieldtype: "Link",
			options: "Dunning Plan",
			reqd: 1,
			get_query: () => ({ filters: { split_plan: ["is", "set"] } }),
		},
		collections_app.report_filters.company(),
	],

	onload(report) {
		collections_app.keep_chart_axis(report);
		frappe.breadcrumbs.add("Collections");
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		return column.fieldname === "arm" ? `<b>${text}</b>` : text;
	},
};
