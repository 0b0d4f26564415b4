"""ERPNext's standard chart, cut down to what receivables touch; account names are ERPNext's."""

import frappe

BALANCE_SHEET, PROFIT_AND_LOSS = "Balance Sheet", "Profit and Loss"
GROUP = {"is_group": 1}

CHART = {
	"Application of Funds (Assets)": {
		"root_type": "Asset",
		"Current Assets": {
			"Accounts Receivable": {"Debtors": {"account_type": "Receivable"}},
			"Bank Accounts": {"account_type": "Bank", **GROUP},
			"Cash In Hand": {"account_type": "Cash", "Cash": {"account_type": "Cash"}},
		},
		"Temporary Accounts": {"Temporary Opening": {"account_type": "Temporary"}},
	},
	"Expenses": {
		"root_type": "Expense",
		"Direct Expenses": {"Cost of Goods Sold": {"account_type": "Cost of Goods Sold"}},
		"Indirect Expenses": {
			"Administrative Expenses": {},
			"Bank Charges": {},
			"Exchange Gain/Loss": {},
			"Legal Expenses": {},
			"Miscellaneous Expenses": {"account_type": "Chargeable"},
			"Round Off": {"account_type": "Round Off"},
			"Sales Expenses": {},
			"Write Off": {},
		},
	},
	"Income": {
		"root_type": "Income",
		"Direct Income": {"Sales": {}, "Service": {}},
		"Indirect Income": dict(GROUP),
	},
	"Source of Funds (Liabilities)": {
		"root_type": "Liability",
		"Current Liabilities": {
			"Accounts Payable": {"Creditors": {"account_type": "Payable"}},
			"Duties and Taxes": {"account_type": "Tax", **GROUP},
		},
	},
	"Equity": {
		"root_type": "Equity",
		"Capital Stock": {"account_type": "Equity"},
		"Retained Earnings": {"account_type": "Equity"},
	},
}
ATTRIBUTES = ("root_type", "account_type", "is_group")


def create_chart(company: str, currency: str):
	"""Insert the chart's accounts for a company, in one pass, with their tree positions."""
	for name, node in CHART.items():
		kind = node["root_type"]
		report = BALANCE_SHEET if kind in ("Asset", "Liability", "Equity") else PROFIT_AND_LOSS
		_insert(
			name,
			node,
			None,
			{"company": company, "account_currency": currency, "root_type": kind, "report_type": report},
		)


def _insert(name, node, parent, common):
	children = {k: v for k, v in node.items() if k not in ATTRIBUTES}
	account = frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": name,
			"parent_account": parent,
			"account_type": node.get("account_type"),
			"is_group": 1 if children or node.get("is_group") else 0,
			**common,
		}
	)
	account.flags.ignore_root_validation = True
	account.insert(ignore_permissions=True, ignore_mandatory=True)
	for child, child_node in children.items():
		_insert(child, child_node, account.name, common)
