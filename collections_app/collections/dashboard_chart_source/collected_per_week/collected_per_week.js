frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Collected per Week"] = {
	method: "collections_app.collections.dashboard_chart_source.collected_per_week.collected_per_week.get",
	filters: [collections_app.report_filters.company()],
};
