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

	async onload(report) {
		collections_app.keep_chart_axis(report);
		frappe.breadcrumbs.add("Collections");
		if (report.get_filter_value("plan")) return;
		// most have one test at a time
		const filters = { split_plan: ["is", "set"] };
		const tested = await frappe.db.get_list("Dunning Plan", { filters, limit: 2 });
		if (tested.length === 1) await report.set_filter_value("plan", tested[0].name);
	},

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		return column.fieldname === "arm" ? `<b>${text}</b>` : text;
	},
};
