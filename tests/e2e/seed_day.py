"""The worklist's debtors, one of whose messages wait for approval, and one whose promise is past its day with nothing
paid; run like `seed.py`, after it."""

import frappe
from frappe.utils import add_to_date, now

from collections_app.services.cases.records import ensure_cases
from collections_app.services.worklist.rank import rank_company
from collections_app.tests import utils
from collections_app.tests.desk import make_promise
from collections_app.tests.world import make_plan
from tests.e2e import seed_worklist
from tests.e2e.seed_facts import APPROVING, BREAKING, COMPANY


def main() -> None:
	seed_worklist.main()
	reminder = {"letter": "Payment Reminder", "requires_approval": 1}
	make_plan((5, "Email", reminder), priority=1, conditions=[("Customer", "=", APPROVING)])
	customer = utils.make_customer(BREAKING)
	invoice = utils.make_invoice(customer, 9900, -30)
	case = ensure_cases(COMPANY, [customer])[customer]
	# recorded by somebody days ago, who has not worked on it today; the run is what finds it broken
	then = add_to_date(now(), days=-15, as_string=True)
	promise = make_promise(customer, -10, 9900, case=case, creation=then, modified=then)
	frappe.get_doc(
		{
			"doctype": "Promise to Pay Invoice",
			"parent": promise.name,
			"parenttype": promise.doctype,
			"parentfield": "invoices",
			"idx": 1,
			"sales_invoice": invoice.name,
			"due_date": invoice.due_date,
			"outstanding": invoice.outstanding_amount,
		}
	).db_insert()
	rank_company(COMPANY)
	frappe.db.commit()


if __name__ == "__main__":
	main()
