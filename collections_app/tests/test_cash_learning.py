"""What confirmed payments teach about payers, how it is taken back, and what people reconcile by hand."""

import frappe
from frappe.utils import getdate

from collections_app.api import cash as api
from collections_app.patches import learn_payers
from collections_app.services.cash import aliases, posting
from collections_app.tests.books import bank_line, payment
from collections_app.tests.test_cash_application import CashTestCase
from collections_app.tests.utils import COMPANY

IBAN, OTHER_IBAN = "DE02120300000000202051", "DE02500105170137075030"


class TestLearning(CashTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete("Payer Alias")
		self.debtor = self.payer()

	def confirm(self, amount: float, name: str, iban: str, customer: str | None = None) -> str:
		"""A payment without a hint that a person puts on the customer's account. The Cash Match."""
		line = bank_line(amount, "thank you", name, iban)
		self.apply()
		match = self.match_of(line).name
		api.allocate(match, customer or self.debtor, [])
		return match

	def known(self, customer: str | None = None) -> dict[tuple, int]:
		rows = frappe.get_all(
			"Payer Alias",
			filters={"customer": customer or self.debtor},
			fields=["kind", "value", "count"],
		)
		return {(row.kind, row.value): row.count for row in rows}

	def test_a_confirmed_payer_is_known_next_time(self):
		"""A strange name and account, confirmed once, apply the next payment by its amount alone"""
		self.confirm(5, "Zq Holding 77", IBAN)
		self.assertEqual(self.known(), {("IBAN", IBAN): 1, ("Name", "Zq Holding 77"): 1})
		for name, iban in (("Zq Holding 77", ""), ("", f"{IBAN[:4]} {IBAN[4:]}")):
			with self.subTest(name=name):
				invoice = self.invoice(self.debtor, 123.45)
				line = bank_line(123.45, "thank you", name, iban)
				self.apply()
				match = self.match_of(line)
				self.assertEqual((match.status, match.customer), ("Applied", self.debtor))
				self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount"), 0)

	def test_counted(self):
		"""Each confirmation counts, with the day of the last payment"""
		self.confirm(5, "Zq Holding 77", IBAN)
		self.confirm(6, "ZQ  holding-77", IBAN)
		self.assertEqual(self.known(), {("IBAN", IBAN): 2, ("Name", "Zq Holding 77"): 2})
		(alias,) = frappe.get_all(
			"Payer Alias", filters={"customer": self.debtor, "kind": "IBAN"}, fields=["*"]
		)
		self.assertEqual((alias.source, alias.last_used), ("Confirmed", getdate()))

	def test_undo_forgets(self):
		"""What only an undone payment taught is forgotten, what others taught too stays"""
		first = self.confirm(5, "Zq Holding 77", IBAN)
		second = self.confirm(6, "Zq Holding 77", OTHER_IBAN)
		api.undo(second)
		self.assertEqual(self.known(), {("IBAN", IBAN): 1, ("Name", "Zq Holding 77"): 1})
		frappe.get_doc("Payment Entry", frappe.db.get_value("Cash Match", first, "payment_entry")).cancel()
		self.assertEqual(self.known(), {})

	def test_confirmed_before(self):
		"""What people confirmed before there were aliases is learned once"""
		match = self.confirm(5, "Zq Holding 77", IBAN)
		frappe.db.delete("Payer Alias")
		frappe.db.set_value("Cash Match", match, "learned", 0)
		for _ in range(2):
			learn_payers.execute()
			self.assertEqual(self.known(), {("IBAN", IBAN): 1, ("Name", "Zq Holding 77"): 1})

	def test_disabled_by_a_person(self):
		"""What a person disabled is not used, not learned again and not deleted by undo"""
		match = self.confirm(5, "Zq Holding 77", IBAN)
		frappe.db.set_value("Payer Alias", {"customer": self.debtor}, "disabled", 1)
		self.confirm(6, "Zq Holding 77", IBAN)
		self.assertNotIn(self.debtor, aliases.known_payers()["customer"].tolist())
		self.invoice(self.debtor, 123.45)
		line = bank_line(123.45, "thank you", "Zq Holding 77", IBAN)
		self.apply()
		self.assertEqual(self.match_of(line).status, "To Review")
		api.undo(match)
		self.assertEqual(set(self.known()), {("IBAN", IBAN), ("Name", "Zq Holding 77")})

	def test_conflict(self):
		"""An account that pays for two customers makes neither sure"""
		other = self.payer()
		self.confirm(5, "", IBAN)
		self.confirm(6, "", IBAN, other)
		self.invoice(self.debtor, 123.45)
		line = bank_line(123.45, "thank you", "", IBAN)
		self.apply()
		match = self.assert_waiting_only(line)
		self.assertLess(match.confidence, 98)

	def assert_waiting_only(self, line):
		match = self.match_of(line)
		self.assertEqual((match.status, match.payment_entry), ("To Review", None))
		return match

	def test_entered_by_hand(self):
		"""A person can enter a payer; the same one twice, or nothing, is refused"""
		values = {"doctype": "Payer Alias", "kind": "Name", "value": "Qx Trading", "customer": self.debtor}
		frappe.get_doc(values).insert()
		again = frappe.get_doc({**values, "value": "QX-trading"})
		self.assertRaises(frappe.DuplicateEntryError, again.insert)
		self.assertRaises(frappe.ValidationError, frappe.get_doc({**values, "value": "--"}).insert)
		match = self.confirm(5, "Qx Trading", "")
		api.undo(match)
		self.assertEqual(self.known(), {("Name", "Qx Trading"): 0})

	def test_a_sure_payment_teaches_its_account_only(self):
		"""A payment with number and name teaches its IBAN; one that names another's invoice teaches nothing"""
		bills = [self.invoice(self.debtor, amount) for amount in (50, 60)]
		bank_line(50, bills[0].name, self.debtor, IBAN)
		bank_line(60, bills[1].name, "Stranger 99 Xy", OTHER_IBAN)
		self.apply()
		self.assertEqual(self.counts["applied"], 2)
		self.assertEqual(self.known(), {("IBAN", IBAN): 1})

	def test_all_bank_accounts_of_a_customer(self):
		"""Every Bank Account of a customer is known to the engine, not just one"""
		for number, iban in enumerate((IBAN, OTHER_IBAN)):
			frappe.get_doc(
				{
					"doctype": "Bank Account",
					"account_name": f"{self.debtor} {number}",
					"bank": "Test Bank",
					"party_type": "Customer",
					"party": self.debtor,
					"iban": iban,
				}
			).insert()
		known = aliases.known_payers()
		self.assertEqual(sorted(known[known["customer"] == self.debtor]["value"]), [IBAN, OTHER_IBAN])


class TestReconciledByHand(CashTestCase):
	def setUp(self):
		super().setUp()
		self.debtor = self.payer()
		self.bill = self.invoice(self.debtor, 80)
		self.line = bank_line(80, "hello", "Nobody 123 Known")
		self.apply()
		self.match = self.match_of(self.line)

	def by_hand(self, amount: float):
		"""As ERPNext's reconciliation tool does it."""
		entry = payment(self.debtor, amount, [(self.bill, amount)])
		self.line.reload()
		self.line.add_payment_entries([{"payment_doctype": "Payment Entry", "payment_name": entry.name}])
		self.line.save()
		return entry

	def test_leaves_the_queue_and_comes_back(self):
		"""What is reconciled in ERPNext leaves the queue, and waits again when that is taken back"""
		entry = self.by_hand(80)
		self.assertEqual(self.match.reload().status, "Reconciled by Hand")
		with self.assertRaises(frappe.ValidationError):
			api.allocate(self.match.name, self.debtor, [])
		entry.reload().cancel()
		self.assertEqual(self.match.reload().status, "To Review")

	def test_a_part(self):
		"""Of a bank line partly reconciled by hand only the rest is applied"""
		self.by_hand(30)
		self.assertEqual((self.match.reload().status, self.match.amount), ("To Review", 50))
		item = api.customer_items(self.match.name, self.debtor)["items"][0]
		api.allocate(self.match.name, self.debtor, [{"item": item["item"], "amount": 50}])
		self.line.reload()
		self.assertEqual((self.line.status, len(self.line.payment_entries)), ("Reconciled", 2))
		self.assertEqual(self.owed(self.debtor), [])

	def test_a_cancelled_bank_line(self):
		"""A bank line that is cancelled is not offered any more"""
		self.line.reload().cancel()
		self.assertEqual(self.match.reload().status, "Reconciled by Hand")

	def test_undo_keeps_what_was_reconciled_by_hand(self):
		"""Undoing our part of a bank line leaves the other's reconciliation"""
		self.by_hand(30)
		api.allocate(self.match.name, self.debtor, [])
		api.undo(self.match.name)
		self.line.reload()
		self.assertEqual((self.line.unallocated_amount, len(self.line.payment_entries)), (50, 1))
		self.assertEqual(self.match.reload().status, "Undone")


class TestQueue(CashTestCase):
	def setUp(self):
		super().setUp()
		self.debtor = self.payer()
		self.bills = [self.invoice(self.debtor, amount) for amount in (100, 200)]
		frappe.db.set_value("Cash Match", {"company": COMPANY}, "status", "Ignored")
		settings = frappe.get_single("Collections Settings")
		settings.auto_apply = 0
		settings.save()
		self.lines = [
			bank_line(100, f"Zahlung für {self.bills[0].name} dänke", self.debtor),
			bank_line(100, f"{self.bills[0].name}", self.debtor, IBAN),
			bank_line(200, f"{self.bills[1].name}", self.debtor),
			bank_line(7, "", "Somebody"),
		]
		self.apply()
		self.names = [self.match_of(line).name for line in self.lines]

	def test_pages_counts_and_filters(self):
		"""Pages, counts and sums follow the filters"""
		first = api.review_queue(company=COMPANY, start=0, page_length=3)
		rest = api.review_queue(company=COMPANY, start=3, page_length=3)
		self.assertEqual((len(first["rows"]), len(rest["rows"]), first["count"]), (3, 1, 4))
		self.assertEqual({row.name for row in [*first["rows"], *rest["rows"]]}, set(self.names))
		self.assertEqual(first["sums"], [{"currency": "EUR", "amount": 407}])
		for values, count in (
			({"amount_from": 150}, 1),
			({"amount_to": 50}, 1),
			({"older_than": 1}, 0),
			({"text": "Somebody"}, 1),
			({"view": "Applied"}, 0),
			({"bank_account": self.lines[0].bank_account}, 4),
		):
			with self.subTest(values):
				self.assertEqual(api.review_queue(company=COMPANY, **values)["count"], count)
		self.assertRaises(frappe.ValidationError, api.review_queue, view="Everything")

	def test_references_are_marked(self):
		"""The number that names an open invoice is marked where it stands, also behind accents"""
		detail = api.review_detail(self.names[0])
		(span,) = detail["spans"]
		text = detail["remittance"]
		self.assertEqual(text[span["start"] : span["end"]], self.bills[0].name)
		self.assertEqual(span["invoices"], [self.bills[0].name])
		proposal = detail["proposals"][0]
		self.assertEqual((proposal["customer"], proposal["on_account"]), (self.debtor, 0))
		self.assertEqual(proposal["rows"][0]["outstanding"], 100)
		self.assertTrue(proposal["reasons"])

	def test_many_at_once(self):
		"""The sure ones in bulk; of two that want the same invoice one is left; a refusal stops no other"""
		frappe.db.set_value("Cash Match", {"name": ["in", self.names[:3]]}, "confidence", 99)
		found = api.surer_than(90, company=COMPANY)
		self.assertIn(self.names[2], found["names"])
		self.assertEqual(len(set(found["names"]) & set(self.names[:2])), 1)
		self.assertNotIn(self.names[3], found["names"])
		answer = api.accept_many([self.names[3], *found["names"]])
		self.assertEqual(answer["accepted"], found["names"])
		self.assertEqual([row["name"] for row in answer["refused"]], [self.names[3]])
		self.assertEqual(self.owed(self.debtor), [])

	def test_no_customer_and_back(self):
		"""Money of no customer is set aside and can be taken back"""
		api.not_a_customer(self.names[3])
		self.assertEqual(frappe.db.get_value("Cash Match", self.names[3], "status"), "No Customer")
		self.apply()
		self.assertEqual(frappe.db.get_value("Cash Match", self.names[3], "status"), "No Customer")
		api.undo(self.names[3])
		self.assertEqual(frappe.db.get_value("Cash Match", self.names[3], "status"), "Undone")


class TestPostingItself(CashTestCase):
	def test_a_withdrawal_is_never_posted(self):
		"""Money that went out is no customer's payment"""
		line = bank_line(-20, "rent", "Landlord")
		self.assertRaises(frappe.ValidationError, posting.post_payment, line.name, self.payer(), [])
