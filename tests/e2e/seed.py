"""Data of the browser tests: run connected to their site (`python -m sandbox run --site NAME -- tests/e2e/seed.py`).

The tests' own company with a few debtors, small enough to be known by heart.
"""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.cases.records import ensure_cases
from collections_app.services.worklist.rank import rank_company
from collections_app.tests import utils
from collections_app.tests.desk import make_action, make_case, make_promise, make_snapshot
from tests.e2e.seed_cash import seed_cash
from tests.e2e.seed_facts import COLLECTOR, COLLECTOR_PASSWORD, COMPANY


def main() -> None:
	utils.before_tests()
	utils.configure()
	frappe.db.set_default("company", COMPANY)
	frappe.db.set_single_value("System Settings", "setup_complete", 1)
	late = debtor("Late & Sons", (("1200.50", -45), ("300.00", 20)))
	promising = debtor("Promising Ltd", (("800.00", -12),))
	debtor("Slow Brothers", (("450.00", -3),))
	cases = ensure_cases(COMPANY, [late, promising])
	make_case(
		late, overdue=1200.5, outstanding=1500.5, risk_band="D", oldest_due_date=add_days(getdate(), -45)
	)
	make_case(
		promising, overdue=800, outstanding=800, risk_band="B", oldest_due_date=add_days(getdate(), -12)
	)
	make_promise(promising, 0, 800)
	case = frappe.get_doc("Collection Case", cases[late])
	action = make_action(
		case,
		"Awaiting Approval",
		requires_approval=1,
		letter=letter(),
		language="en",
		currency="EUR",
		dunning_level=2,
		total=1200.5,
	)
	add_item(action, frappe.get_last_doc("Sales Invoice", {"customer": late, "grand_total": 1200.5}))
	for days in (0, 40, 75):
		make_snapshot(days, dso=40 + days / 10, best_possible_dso=30, collected_7_days=100)
	collector()
	seed_cash()
	rank_company(COMPANY)
	frappe.db.commit()


def debtor(name: str, invoices: tuple) -> str:
	customer = utils.make_customer(name)
	for amount, due_in in invoices:
		utils.make_invoice(customer, float(amount), due_in)
	return customer


def letter() -> str:
	return frappe.get_all("Collection Letter", pluck="name", order_by="name", limit=1)[0]


def add_item(action, invoice) -> None:
	frappe.get_doc(
		{
			"doctype": "Collection Action Invoice",
			"parent": action.name,
			"parenttype": action.doctype,
			"parentfield": "items",
			"idx": 1,
			"voucher_type": invoice.doctype,
			"voucher_no": invoice.name,
			"due_date": invoice.due_date,
			"currency": "EUR",
			"outstanding": invoice.outstanding_amount,
		}
	).db_insert()


def collector() -> None:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": COLLECTOR,
			"first_name": "Col",
			"last_name": "Lector",
			"send_welcome_email": 0,
			"new_password": COLLECTOR_PASSWORD,
			"roles": [{"role": "Collector"}, {"role": "Accounts User"}],
		}
	)
	user.flags.ignore_password_policy = True
	user.insert(ignore_permissions=True)


if __name__ == "__main__":
	main()
