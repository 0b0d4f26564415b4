"""Fields added to ERPNext's DocTypes. Install creates what stands here, uninstall removes the same."""

# shown to those who may release a document, and to anyone where it was released
RELEASE_REASON = {
	"fieldname": "collections_release_reason",
	"fieldtype": "Small Text",
	"label": "Release despite Delivery Stop",
	"description": "Why it may go through although deliveries to the customer are stopped",
	"depends_on": "eval:doc.collections_release_reason || frappe.user.has_role('Credit Manager')",
	"no_copy": 1,
	"print_hide": 1,
}

CUSTOM_FIELDS = {
	"Customer": [
		{
			"fieldname": "collections_tab",
			"fieldtype": "Tab Break",
			"label": "Collections",
			"insert_after": "portal_users",
		},
		{
			"fieldname": "collections_html",
			"fieldtype": "HTML",
			"label": "Collections",
			"insert_after": "collections_tab",
		},
		{
			"fieldname": "collections_section",
			"fieldtype": "Section Break",
			"label": "Dunning",
			"insert_after": "collections_html",
		},
		{
			"fieldname": "collections_plan",
			"fieldtype": "Link",
			"options": "Dunning Plan",
			"label": "Dunning Plan Override",
			"description": "Empty: the first plan whose conditions fit",
			"insert_after": "collections_section",
		},
		{
			"fieldname": "collections_risk_band",
			"fieldtype": "Select",
			"options": "\nA\nB\nC\nD\nE",
			"label": "Risk Band",
			"read_only": 1,
			"no_copy": 1,
			"in_standard_filter": 1,
			"insert_after": "collections_plan",
		},
		{
			"fieldname": "collections_column_break",
			"fieldtype": "Column Break",
			"insert_after": "collections_risk_band",
		},
		{
			"fieldname": "collections_paused_until",
			"fieldtype": "Date",
			"label": "No Reminder Before",
			"no_copy": 1,
			"insert_after": "collections_column_break",
		},
		{
			"fieldname": "collections_pause_reason",
			"fieldtype": "Data",
			"label": "Reason for the Pause",
			"depends_on": "collections_paused_until",
			"no_copy": 1,
			"insert_after": "collections_paused_until",
		},
		{
			"fieldname": "collections_receiver",
			"fieldtype": "Link",
			"options": "Customer",
			"label": "Messages Go To",
			"description": "A parent company that receives the reminders of this customer together with its own",
			"no_copy": 1,
			"insert_after": "collections_pause_reason",
		},
		{
			"fieldname": "collections_time_zone",
			"fieldtype": "Autocomplete",
			"label": "Time Zone",
			"description": "Messages keep to the sending hours there. Empty: the main time zone of the country",
			"insert_after": "collections_receiver",
		},
	],
	"Sales Invoice": [
		{
			"fieldname": "collections_paused_until",
			"fieldtype": "Date",
			"label": "No Reminder Before",
			"description": "This invoice is not chased before this date",
			"allow_on_submit": 1,
			"no_copy": 1,
			"insert_after": "due_date",
			"print_hide": 1,
		},
		{**RELEASE_REASON, "insert_after": "collections_paused_until"},
	],
	"Sales Order": [{**RELEASE_REASON, "insert_after": "customer_name"}],
	"Delivery Note": [{**RELEASE_REASON, "insert_after": "customer_name"}],
}
