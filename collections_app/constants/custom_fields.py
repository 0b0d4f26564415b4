"""Fields added to ERPNext's DocTypes. Install creates what stands here, uninstall removes the same."""

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
	],
}
