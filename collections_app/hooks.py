app_name = "collections_app"
app_title = "Collections"
app_publisher = "collections_app contributors"
app_description = "A credit manager's cockpit for ERPNext"
app_email = "collections@example.com"
app_license = "GPL-3.0"
app_logo_url = "/assets/collections_app/images/collections.svg"

required_apps = ["erpnext"]

add_to_apps_screen = [
	{
		"name": "collections_app",
		"logo": "/assets/collections_app/images/collections.svg",
		"title": "Collections",
		"route": "/app/collections",
		"has_permission": "collections_app.permissions.has_app_permission",
	}
]

app_include_js = "collections.bundle.js"
app_include_css = "collections.bundle.css"

doctype_js = {
	"Customer": "public/js/customer.js",
	"Sales Invoice": "public/js/sales_invoice.js",
}

override_doctype_dashboards = {
	"Customer": "collections_app.overrides.dashboards.customer",
	"Sales Invoice": "collections_app.overrides.dashboards.sales_invoice",
}

after_install = "collections_app.install.after_install"
before_uninstall = "collections_app.uninstall.before_uninstall"
after_uninstall = "collections_app.uninstall.after_uninstall"

doc_events = {
	"Payment Entry": {"on_cancel": "collections_app.overrides.payment_entry.on_cancel"},
}

scheduler_events = {
	"daily_long": ["collections_app.tasks.run_daily_cycle"],
	"hourly_long": ["collections_app.tasks.sync_connectors", "collections_app.tasks.work_outbox"],
	"cron": {"*/10 * * * *": ["collections_app.tasks.follow_messages"]},
}

fixtures = [
	{"dt": "Role", "filters": [["name", "in", ["Credit Manager", "Collector", "Collections Auditor"]]]}
]

# records that must not keep an invoice, a payment or a customer from being deleted or cancelled
ignore_links_on_delete = [
	"Collection Action",
	"Collection Run",
	"Cash Match",
	"Connector Log",
	"External Reference",
	"Receivables Snapshot",
	"Risk Score",
]

default_log_clearing_doctypes = {"Connector Log": 120}

collections_connectors = ["collections_app.connectors.file_drop"]

before_tests = "collections_app.tests.utils.before_tests"

export_python_type_annotations = True
