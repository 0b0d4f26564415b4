frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Days Sales Outstanding"] = {
	method: "collections_app.collections.dashboard_chart_source.days_sales_outstanding.days_sales_outstanding.get",
	filters: [collections_app.report_filters.company()],
};
