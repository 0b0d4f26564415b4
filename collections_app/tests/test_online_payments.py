"""What a payment provider says: noted once, moved on as it changes, not dunned meanwhile, and found again in its payout."""

import json
from decimal import Decimal

import frappe
from frappe.utils import add_days, getdate

from collections_app.connectors.base import Record
from collections_app.connectors.records import Payment
from collections_app.patches import payout_stream
from collections_app.services.cases.timeline import timeline
from collections_app.services.connectors import webhooks
from collections_app.services.connectors.payments import write_payment
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.services.online_payments import payouts
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.online import OnlineTestCase
from collections_app.tests.test_permissions import other_company
from collections_app.tests.utils import COMPANY


class PaymentTestCase(OnlineTestCase):
	def say(self, invoice: str = "", status: str = "Paid", amount: str = "119.00", **values) -> int:
		"""The provider says something of the payment pi_1. Returns what was changed."""
		values = {"paid_on": getdate() if status == "Paid" else None, **values}
		payment = Payment(
			values.pop("reference", "pi_1"), Decimal(amount), "EUR", status, invoice=invoice, **values
		)
		return write_payment(self.config, Record("payments", "1", "", payment)).created

	def noted(self, reference: str = "pi_1"):
		name = frappe.db.get_value("Online Payment", {"reference": reference, "company": COMPANY})
		return frappe.get_doc("Online Payment", name)

	def notes(self, invoice) -> list[str]:
		filters = {
			"reference_doctype": "Sales Invoice",
			"reference_name": invoice.name,
			"comment_type": "Info",
		}
		return frappe.get_all("Comment", filters, pluck="content", order_by="creation")


class TestNoting(PaymentTestCase):
	def test_one_for_each_payment(self):
		"""Noted once with fee, day and invoice; nothing is booked; said again it changes nothing"""
		invoice = self.invoice(self.customer(), 119)
		self.assertEqual(self.say(invoice.name, fee=Decimal("2.10"), payer="Jenny"), 1)
		self.assertEqual(self.say(invoice.name, fee=Decimal("2.10"), payer="Jenny"), 0)
		payment = self.noted()
		self.assertEqual(
			(payment.status, payment.amount, payment.fee, payment.payer), ("Paid", 119, 2.1, "Jenny")
		)
		self.assertEqual((payment.customer, getdate(payment.paid_on)), (invoice.customer, getdate()))
		self.assertEqual([(row.sales_invoice, row.amount) for row in payment.invoices], [(invoice.name, 119)])
		self.assertEqual(len(self.notes(invoice)), 1)
		self.assertIn("pi_1", self.notes(invoice)[0])
		self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount"), 119)

	def test_it_moves_on(self):
		"""On its way, paid, refunded in part and in full are states of the one payment"""
		invoice = self.invoice(self.customer(), 119)
		for status, amount, state, refunded, lines in (
			("Pending", "119.00", "Pending", 0, 1),
			("Paid", "119.00", "Paid", 0, 2),
			("Pending", "119.00", "Paid", 0, 2),
			("Refunded", "19.00", "Paid", 19, 3),
			("Paid", "119.00", "Paid", 19, 3),
			("Refunded", "119.00", "Refunded", 119, 4),
			("Paid", "119.00", "Refunded", 119, 4),
		):
			with self.subTest((status, amount)):
				self.say(invoice.name, status, amount)
				payment = self.noted()
				self.assertEqual(
					(payment.status, payment.refunded_amount, payment.amount), (state, refunded, 119)
				)
				self.assertEqual(len(self.notes(invoice)), lines)
		self.assertEqual(frappe.db.count("Online Payment", {"company": COMPANY}), 1)

	def test_a_refund_that_is_heard_of_first(self):
		"""The payment that comes after it is not lost, nor the refund"""
		invoice = self.invoice(self.customer(), 119)
		self.say(invoice.name, "Refunded", "19.00")
		self.say(invoice.name, "Paid", "119.00")
		payment = self.noted()
		self.assertEqual((payment.status, payment.amount, payment.refunded_amount), ("Paid", 119, 19))

	def test_it_fails(self):
		invoice = self.invoice(self.customer(), 119)
		self.say(invoice.name, "Pending")
		self.say(invoice.name, "Failed")
		self.assertEqual((self.noted().status, self.noted().held_until), ("Failed", None))
		self.say(invoice.name, "Pending")
		self.assertEqual(self.noted().status, "Failed")

	def test_payments_of_others(self):
		"""Without an invoice of ours it is none of ours; one that names a wrong invoice is parked"""
		self.assertEqual(self.say(), 0)
		with self.assertRaises(RefusedRecord):
			self.say("NO-SUCH-INVOICE")
		self.assertEqual(frappe.db.count("Online Payment", {"company": COMPANY}), 0)

	def test_of_an_accounting_software(self):
		"""Xero has invoices of its own: their payments are none of ours; those of ours hold dunning back"""
		xero = frappe.new_doc("Connector Config")
		xero.update(
			{"connector_name": frappe.generate_hash(length=8), "connector": "xero", "company": COMPANY}
		)
		self.config = xero.insert()
		self.assertEqual(self.say("INV-IN-XERO-ONLY"), 0)
		invoice = self.invoice(self.customer(), 119)
		self.say(invoice.name)
		self.assertTrue(self.noted().held_until)
		self.say(invoice.name, "Failed")
		self.assertFalse(self.noted().held_until, "removed there")

	def test_several_invoices(self):
		"""What is paid goes to the invoices in their order; charges are left over"""
		customer = self.customer()
		first, second = self.invoice(customer, 100), self.invoice(customer, 50)
		self.say(f"{first.name}, {second.name}", amount="155.00")
		found = [(row.sales_invoice, row.amount) for row in self.noted().invoices]
		self.assertEqual(found, [(first.name, 100), (second.name, 50)])


class TestThroughALink(PaymentTestCase):
	def paid(self, **more):
		"""A customer pays through the link of the letter, and Stripe is read."""
		invoice = self.remind((1, "Email"), (2, "Email"))
		self.send()
		frappe.db.set_value(
			"Collection Action", self.action().name, {"status": "Sent", "sent_at": add_days(getdate(), -10)}
		)
		self.server.pay_through(self.server.links[0], **more)
		self.sync()
		return invoice

	def payment(self):
		return frappe.get_last_doc("Online Payment", {"company": COMPANY})

	def test_end_to_end(self):
		"""Found by our own reference: customer, invoice, link; the link is over"""
		invoice = self.paid()
		payment, (link,) = self.payment(), self.links()
		self.assertEqual((payment.status, payment.amount, payment.fee), ("Paid", 119, 1))
		self.assertEqual((payment.payment_link, payment.customer), (link.name, invoice.customer))
		self.assertEqual([row.sales_invoice for row in payment.invoices], [invoice.name])
		self.assertEqual((link.status, link.link_key), ("Paid", None))
		self.sync()
		self.assertEqual(frappe.db.count("Online Payment", {"company": COMPANY}), 1)

	def test_on_the_timeline_of_the_case(self):
		self.paid()
		case = frappe.get_last_doc("Collection Case", {"company": COMPANY})
		events = timeline(case, ["online_payment"])["events"]
		self.assertEqual([event["name"] for event in events], [self.payment().name])

	def test_it_is_not_dunned(self):
		"""No further message while the payout is awaited; what waits is held and says why"""
		self.paid()
		self.send()
		self.assertEqual(len(self.actions()), 1)

	def test_a_message_that_waits_is_held(self):
		self.remind()
		self.plan()
		invoice = self.action().items[0].voucher_no
		self.say(invoice)
		self.judge()
		action = self.action()
		self.assertEqual((action.status, action.hold_codes), ("Held", "paid_online"))
		self.assertIn("payout awaited", action.hold_reasons)

	def test_until_the_wait_is_over(self):
		"""A payout that never comes lets dunning go on after the days of the company"""
		self.choose(payment_links_through=self.config.name, payout_wait_days=3)
		self.paid()
		self.assertEqual(getdate(self.payment().held_until), getdate(add_days(getdate(), 3)))
		self.plan(3)
		self.assertEqual(len(self.actions()), 1)
		self.plan(4)
		self.assertEqual(len(self.actions()), 2)

	def test_until_it_is_booked(self):
		"""A Payment Entry with the provider's reference ends the wait; cancelled, it is awaited again"""
		invoice = self.paid()
		other = self.invoice(invoice.customer, 30)
		entry = self.book(other, self.payment().reference)
		self.assertEqual(self.payment().payment_entry, entry.name)
		self.plan()
		self.assertEqual(len(self.actions()), 2)
		entry.cancel()
		self.assertFalse(self.payment().payment_entry)

	def book(self, invoice, reference: str):
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		entry = get_payment_entry("Sales Invoice", invoice.name, bank_account="Bank EUR - CT")
		entry.update({"reference_no": reference, "reference_date": getdate()})
		return entry.insert().submit()

	def test_a_failed_direct_debit(self):
		"""By webhook; the items are dunned again, and the next message has a new link"""
		self.paid(payment_status="unpaid")
		self.assertEqual(self.payment().status, "Pending")
		self.assertEqual(self.links()[0].status, "Active")
		session = {**self.server.sessions[0], "payment_intent": "pi_0"}
		self.call("checkout.session.async_payment_failed", session)
		self.assertEqual(self.payment().status, "Failed")
		self.send()
		self.assertEqual([link.status for link in self.links()], ["Failed", "Active"])

	def call(self, kind: str, found: dict) -> None:
		event = {"id": frappe.generate_hash(length=8), "type": kind, "data": {"object": found}}
		body = json.dumps(event).encode()
		headers = {"Stripe-Signature": self.server.sign(body)}
		status, word = webhooks.receive(self.config.webhook_token, headers, body)
		self.assertEqual(status, 200, word)
		for name in frappe.get_all(
			"Webhook Event", {"connector": self.config.name, "status": "Waiting"}, pluck="name"
		):
			webhooks.process(name)


class TestPayouts(PaymentTestCase):
	def charge(self, number: int, amount: int, fee: int = 100) -> dict:
		return {
			"type": "charge",
			"amount": amount,
			"fee": fee,
			"source": {"id": f"ch_{number}", "payment_intent": f"pi_{number}"},
		}

	def pay_out(self, *entries: dict, **more):
		self.server.pay_out(*entries, **more)
		self.sync()
		return frappe.get_last_doc("Online Payout", {"company": COMPANY})

	def test_what_is_in_it(self):
		"""Payments less refunds less fees and the rest are what the bank gets; each is linked to its payment"""
		invoice = self.invoice(self.customer(), 100)
		self.say(invoice.name, reference="pi_1", amount="100.00")
		refund = {"type": "refund", "amount": -2000, "source": {"id": "re_1", "payment_intent": "pi_1"}}
		payout = self.pay_out(
			self.charge(1, 10000), self.charge(9, 5000), refund, {"type": "stripe_fee", "amount": -200}
		)
		self.assertEqual((payout.status, payout.amount, payout.statement_text), ("Paid", 126, "STRIPE"))
		self.assertEqual((payout.payments_total, payout.refunds_total, payout.fees_total), (100, 20, 3))
		self.assertEqual(payout.other_total, 49, "the payment of somebody else, less its fee")
		self.assertEqual([bool(row.online_payment) for row in payout.lines], [True, False, True, False])
		self.assertEqual(self.noted().payout_reference, payout.reference)

	def test_open_payouts(self):
		"""Cash application finds the payouts nobody booked, and their payments"""
		invoice = self.invoice(self.customer(), 100)
		self.say(invoice.name, reference="pi_1", amount="100.00")
		payout = self.pay_out(self.charge(1, 10000))
		self.pay_out(self.charge(2, 500), status="failed")
		found = payouts.open_payouts(COMPANY)
		self.assertEqual(list(found["payout"]), [payout.name])
		row = found.iloc[0]
		self.assertEqual((row["amount"], row["payments"], row["fees"], row["other"]), (99, 100, 1, 0))
		lines = payouts.payout_lines([payout.name])
		self.assertEqual(lines.iloc[0]["invoices"], [(invoice.name, 100)])
		self.assertEqual(lines.iloc[0]["customer"], invoice.customer)
		self.assertEqual(list(payouts.unbooked_payments(COMPANY)["payout_reference"]), [payout.reference])
		payouts.mark_booked(payout.name, "BT-1")
		self.assertTrue(payouts.open_payouts(COMPANY).empty)
		payouts.mark_booked(payout.name, None)
		self.assertEqual(len(payouts.open_payouts(COMPANY)), 1)

	def test_it_moves_on(self):
		"""One payout, under way, arrived, come back; then its payments have none"""
		invoice = self.invoice(self.customer(), 100)
		self.say(invoice.name, reference="pi_1", amount="100.00")
		self.pay_out(self.charge(1, 10000), status="in_transit")
		for status, ours in (("paid", "Paid"), ("failed", "Failed")):
			self.server.payouts[0]["status"] = status
			self.sync()
			self.assertEqual(frappe.get_last_doc("Online Payout", {"company": COMPANY}).status, ours)
		self.assertEqual(frappe.db.count("Online Payout", {"company": COMPANY}), 1)
		self.assertFalse(self.noted().payout_reference)

	def test_a_payment_that_becomes_known_later(self):
		"""A payout that was read before its payment finds it all the same"""
		payout = self.pay_out(self.charge(1, 10000))
		self.assertEqual(payout.other_total, 99)
		invoice = self.invoice(self.customer(), 100)
		self.say(invoice.name, reference="pi_1", amount="100.00")
		payout.reload()
		self.assertEqual((payout.payments_total, payout.fees_total, payout.other_total), (100, 1, 0))
		self.assertEqual(self.noted().payout_reference, payout.reference)

	def test_connections_of_before(self):
		"""A connection from before there were payouts reads them after the upgrade"""
		frappe.db.delete("Connector Stream", {"parent": self.config.name, "stream": "payouts"})
		payout_stream.execute()
		payout_stream.execute()
		names = frappe.get_all(
			"Connector Stream", {"parent": self.config.name}, pluck="stream", order_by="idx"
		)
		self.assertEqual(names, ["payments", "payouts"])


class TestWhoSeesIt(PaymentTestCase):
	def test_permissions(self):
		"""Collectors see them and change nothing; strangers, and those of another company, see nothing"""
		invoice = self.invoice(self.customer(), 119)
		self.say(invoice.name)
		payment = self.noted()
		for doctype in ("Online Payment", "Online Payout", "Payment Link"):
			for role in ("Collector", "Credit Manager", "Collections Auditor"):
				with self.subTest((doctype, role)), signed_in(make_user(role)):
					self.assertTrue(frappe.has_permission(doctype, "read"))
					for kind in ("write", "create", "delete"):
						self.assertFalse(frappe.has_permission(doctype, kind), kind)
			with signed_in(make_user("Sales User")):
				self.assertFalse(frappe.has_permission(doctype, "read"))
		user = make_user("Collector")
		restrict(user, "Company", other_company())
		with signed_in(user):
			self.assertFalse(payment.has_permission("read"))
