from collections_app.compat import class_hooks
from collections_app.constants import doctypes

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

extend_bootinfo = "collections_app.services.first_answers.extend_bootinfo"
after_request = "collections_app.services.first_answers.after_request"

doctype_js = {
	"Customer": "public/js/customer.js",
	"Sales Invoice": "public/js/sales_invoice.js",
}

permission_query_conditions = {
	**dict.fromkeys(
		(*doctypes.OF_CUSTOMERS, *doctypes.OF_ROWS), "collections_app.permissions.of_seen_customers"
	),
	**dict.fromkeys(doctypes.OF_ALL_CUSTOMERS, "collections_app.permissions.of_all_customers"),
	**dict.fromkeys(doctypes.ROWS_OF, "collections_app.permissions.of_seen_documents"),
}
has_permission = {
	**dict.fromkeys(
		(*doctypes.OF_CUSTOMERS, *doctypes.OF_ROWS), "collections_app.permissions.is_of_seen_customer"
	),
	**dict.fromkeys(doctypes.OF_ALL_CUSTOMERS, "collections_app.permissions.is_of_all_customers"),
}

override_doctype_dashboards = {
	"Customer": "collections_app.overrides.dashboards.customer",
	"Sales Invoice": "collections_app.overrides.dashboards.sales_invoice",
}

additional_timeline_content = {
	"Collection Case": ["collections_app.services.cases.timeline.for_form"],
}

after_install = "collections_app.install.after_install"
after_migrate = "collections_app.setup.translations.compile_locale"
before_uninstall = "collections_app.uninstall.before_uninstall"
after_uninstall = "collections_app.uninstall.after_uninstall"

extend_doctype_class, override_doctype_class = class_hooks(
	mixins={
		"Auto Email Report": "collections_app.overrides.auto_email_report.ReportMail",
		"Email Queue": "collections_app.overrides.email_queue.OutboxEmailQueue",
		"Email Account": "collections_app.overrides.email_account.CollectionsInbox",
	},
	classes={
		"Auto Email Report": "collections_app.overrides.auto_email_report.CollectionsAutoEmailReport",
		"Email Queue": "collections_app.overrides.email_queue.CollectionsEmailQueue",
		"Email Account": "collections_app.overrides.email_account.CollectionsEmailAccount",
	},
)

doc_events = {
	"Bank Transaction": {
		"on_cancel": "collections_app.overrides.bank_transaction.on_cancel",
		"on_update_after_submit": "collections_app.overrides.bank_transaction.on_update_after_submit",
	},
	"Communication": {"after_insert": "collections_app.overrides.communication.after_insert"},
	"Customer": {"validate": "collections_app.overrides.customer.validate"},
	"Dunning": {
		"on_cancel": "collections_app.overrides.charges.on_cancel",
		"on_submit": "collections_app.overrides.charges.on_submit",
	},
	"Delivery Note": {
		"validate": "collections_app.overrides.delivery_note.validate",
		"before_submit": "collections_app.overrides.delivery_note.before_submit",
	},
	"Journal Entry": {
		"on_submit": "collections_app.overrides.journal_entry.on_submit",
		"on_cancel": "collections_app.overrides.journal_entry.on_cancel",
	},
	"Payment Entry": {
		"on_submit": "collections_app.overrides.payment_entry.on_submit",
		"on_cancel": "collections_app.overrides.payment_entry.on_cancel",
	},
	"Sales Invoice": {
		"validate": "collections_app.overrides.sales_invoice.validate",
		"before_submit": "collections_app.overrides.sales_invoice.before_submit",
		"on_cancel": [
			"collections_app.overrides.charges.on_cancel",
			"collections_app.overrides.sales_invoice.on_cancel",
		],
		"on_submit": [
			"collections_app.overrides.charges.on_submit",
			"collections_app.overrides.sales_invoice.on_submit",
		],
	},
	"Sales Order": {
		"validate": "collections_app.overrides.sales_order.validate",
		"before_submit": "collections_app.overrides.sales_order.before_submit",
	},
}

before_job = ["collections_app.services.language.before_job"]

scheduler_events = {
	"daily": ["collections_app.tasks.expire_credit_covers", "collections_app.tasks.warn_of_ending_consents"],
	"daily_long": [
		"collections_app.tasks.stand_in_for_absent",
		"collections_app.tasks.run_daily_cycle",
		"collections_app.tasks.tell_crm",
		"collections_app.tasks.order_due_reports",
	],
	"hourly_long": [
		"collections_app.tasks.sync_connectors",
		"collections_app.tasks.work_outbox",
		"collections_app.tasks.rank_worklists",
		"collections_app.tasks.switch_off_payment_links",
	],
	"weekly_long": [
		"collections_app.tasks.learn_payment_models",
		"collections_app.tasks.learn_risk_models",
		"collections_app.tasks.propose_credit_limits",
	],
	"cron": {
		"0 6 * * 1": ["collections_app.tasks.send_weekly_digest"],
		"*/10 * * * *": [
			"collections_app.tasks.follow_messages",
			"collections_app.tasks.log_crm_activities",
			"collections_app.tasks.follow_cover_requests",
			"collections_app.tasks.follow_report_orders",
		],
	},
}

fixtures = [
	{"dt": "Role", "filters": [["name", "in", ["Credit Manager", "Collector", "Collections Auditor"]]]}
]

# records that must not keep an invoice, a payment or a customer from being deleted or cancelled
ignore_links_on_delete = [
	"Charge Booking",
	"Collection Action",
	"Collection Run",
	"Collector Absence",
	"Cash Match",
	"Connector Log",
	"Cover Request",
	"CRM Activity",
	"CRM Customer",
	"Credit Limit Proposal",
	"Credit Report",
	"Customer Identity",
	"External Reference",
	"Online Payment",
	"Online Payout",
	"Payer Alias",
	"Payment Prediction",
	"Payment Link",
	"Receivables Snapshot",
	"Risk Model",
	"Risk Score",
	"Webhook Event",
]

default_log_clearing_doctypes = {"Connector Log": 120, "Webhook Event": 120}

collections_connectors = [
	"collections_app.connectors.file_drop",
	"collections_app.connectors.sftp_drop",
	"collections_app.connectors.gocardless_bank_data",
	"collections_app.connectors.enable_banking",
	"collections_app.connectors.plaid",
	"collections_app.connectors.ponto_connect",
	"collections_app.connectors.twilio",
	"collections_app.connectors.pingen",
	"collections_app.connectors.ar24",
	"collections_app.connectors.stripe",
	"collections_app.connectors.hubspot",
	"collections_app.connectors.xero",
	"collections_app.connectors.companies_house",
	"collections_app.connectors.vies",
	"collections_app.connectors.insee_sirene",
	"collections_app.connectors.opensanctions",
	"collections_app.connectors.creditsafe",
	"collections_app.connectors.allianz_trade",
	"collections_app.connectors.atradius",
	"collections_app.connectors.coface",
	"collections_app.connectors.coface_information",
]

before_tests = "collections_app.tests.utils.before_tests"

export_python_type_annotations = True
