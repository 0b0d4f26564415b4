"""Every report of the app opens in the desk, with its filters, and runs."""


def test_each_report_opens(desk):
	desk.open("collections")
	names = desk.names("Report", module="Collections")
	assert len(names) > 10
	for name in names:
		desk.open("query-report", name)
		desk.page.wait_for_function(
			"name => window.frappe.query_report && frappe.query_report.report_name === name"
			" && (frappe.query_report.filters || []).length",
			arg=name,
		)
		desk.idle()
		filters = desk.page.evaluate("frappe.query_report.get_filter_values()")
		assert filters["company"], name
		# the framework's own way of asking for a filter that has no default
		desk.errors[:] = [error for error in desk.errors if error != "Filter missing"]
		assert not desk.errors, name
