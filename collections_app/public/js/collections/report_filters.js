// Filters that the app's reports have in common.
frappe.provide("collections_app");

const day = (fieldname, label, value) => ({
	fieldname,
	label,
	fieldtype: "Date",
	default: value,
	reqd: 1,
});

collections_app.report_filters = {
	company: () => ({
		fieldname: "company",
		label: __("Company"),
		fieldtype: "Link",
		options: "Company",
		default: frappe.defaults.get_user_default("Company"),
		reqd: 1,
	}),
	from_date: (first) => day("from_date", __("From"), first),
	to_date: () => day("to_date", __("To"), frappe.datetime.get_today()),
	as_of: () => day("as_of", __("As of"), frappe.datetime.get_today()),
};
