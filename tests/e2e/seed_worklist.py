"""Ten more debtors for the worklist, each with something else to do; run like `seed.py`, after it."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.cases.records import ensure_cases
from collections_app.services.worklist.rank import rank_company
from collections_app.tests import utils
from collections_app.tests.desk import make_action, make_case
from collections_app.tests.world import make_email_account
from tests.e2e.seed import add_item
from tests.e2e.seed_facts import COMPANY, DEBTORS


def main() -> None:
	utils.before_tests()
	make_email_account()
	for number, name in enumerate(DEBTORS):
		customer = utils.make_customer(name)
		amount = 9000 - 500 * number
		invoice = utils.make_invoice(customer, amount, -20)
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": f"Phone of {name}",
				"phone_nos": [{"phone": f"+49 30 55500{number:02}", "is_primary_mobile_no": 1}],
				"links": [{"link_doctype": "Customer", "link_name": customer}],
			}
		).insert()
		case = ensure_cases(COMPANY, [customer])[customer]
		make_case(
			customer,
			overdue=amount,
			outstanding=amount,
			risk_band="E",
			oldest_due_date=add_days(getdate(), -20),
		)
		if name == "Approval Ltd":
			action = make_action(
				frappe.get_doc("Collection Case", case),
				"Awaiting Approval",
				requires_approval=1,
				letter="Payment Reminder",
				language="en",
				currency="EUR",
				dunning_level=1,
				total=amount,
				total_overdue=amount,
				plan_step="step",
			)
			add_item(action, invoice)
	# it is a step of a plan, and nobody's work of today
	frappe.db.set_value("Collection Action", {"customer": "Late & Sons"}, "plan_step", "step")
	rank_company(COMPANY)
	frappe.db.commit()


if __name__ == "__main__":
	main()
