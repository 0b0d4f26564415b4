"""Base of the tests of promises, disputes and cases: the run's Settle step, and credit notes."""

import frappe
from frappe.utils import getdate

from collections_app.services.cases import settling
from collections_app.tests.world import CycleTestCase, make_promise


class SettleTestCase(CycleTestCase):
	def settle(self, day: int = 0) -> dict:
		self.settled_in = self.context(day)
		return settling.settle(self.settled_in)

	def promised(self, amount: float = 100, due_in: int = 0, **values):
		self.debtor = self.customer()
		self.the_invoice = self.invoice(self.debtor, 100)
		return make_promise(self.debtor, self.the_invoice, amount=amount, due_in=due_in, **values)

	def case(self, customer: str):
		return frappe.get_doc("Collection Case", {"customer": customer})


def credit_note(invoice, amount: float, submit: bool = True):
	"""A credit note booked on its invoice."""
	note = frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"company": invoice.company,
			"customer": invoice.customer,
			"is_return": 1,
			"return_against": invoice.name,
			"update_outstanding_for_self": 0,
			"set_posting_time": 1,
			"posting_date": getdate(),
			"due_date": getdate(),
			"currency": invoice.currency,
			"conversion_rate": invoice.conversion_rate,
			"debit_to": invoice.debit_to,
			"disable_rounded_total": 1,
			"items": [{"item_code": "Consulting", "qty": -1, "rate": amount}],
		}
	).insert()
	return note.submit() if submit else note
