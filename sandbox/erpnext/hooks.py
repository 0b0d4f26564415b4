app_name = "erpnext"
app_title = "ERPNext"
app_publisher = "collections_app"
app_description = "Stand-in for ERPNext's receivables ledger in the sandbox"
app_email = "sandbox@example.com"
app_license = "GNU General Public License (v3)"

after_install = "erpnext.install.after_install"

doctype_js = {}

invoice_doctypes = ["Sales Invoice"]

bank_reconciliation_doctypes = ["Payment Entry", "Journal Entry", "Sales Invoice", "Bank Transaction"]

doc_events = {
	"Payment Entry": {
		"on_submit": "erpnext.accounts.doctype.dunning.dunning.resolve_dunning",
		"on_cancel": "erpnext.accounts.doctype.dunning.dunning.resolve_dunning",
	},
}

scheduler_events = {
	"daily": ["erpnext.controllers.accounts_controller.update_invoice_status"],
}
