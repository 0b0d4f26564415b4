frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Collected per Week"] = {
	method: "collections_app.collections.dashboard_chart_source.collected_per_week.collected_per_week.get",
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
	],
};
