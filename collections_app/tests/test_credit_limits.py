"""Credit limits: proposed by the policy, set in ERPNext once a Credit Manager approves, never behind anybody's back."""

import frappe
from frappe.utils import add_days, fmt_money, getdate

from collections_app.api import credit as api
from collections_app.services.credit import limits
from collections_app.services.credit_limits import limits_of
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.test_credit_cover import make_cover
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, other_company


class CreditLimitTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.buyer = self.customer()
		self.addCleanup(self.forget)

	def forget(self):
		frappe.set_user("Administrator")
		for doctype in ("Credit Policy", "Credit Limit Proposal"):
			frappe.db.delete(doctype, {"company": COMPANY})
		frappe.db.delete("Customer Credit Limit", {"company": COMPANY})
		frappe.db.commit()

	def sold(self, amount: float = 9000, customer: str | None = None):
		"""An invoice of the last month, with thirty days to pay."""
		posted = add_days(getdate(), -10)
		return self.invoice(
			customer or self.buyer, amount, posting_date=posted, due_date=add_days(posted, 30)
		)

	def policy(self, **values):
		return frappe.get_doc({"doctype": "Credit Policy", "company": COMPANY, **values}).insert()

	def proposals(self, **filters) -> list:
		return frappe.get_all(
			"Credit Limit Proposal", {"company": COMPANY, **filters}, ["*"], order_by="name"
		)


class TestProposals(CreditLimitTestCase):
	def test_by_need(self):
		"""9,000 in the quarter at thirty days need 3,000; what is owed already stands above it."""
		self.sold()
		limits.propose_for(COMPANY)
		(row,) = self.proposals()
		self.assertEqual(
			(row.customer, row.status, row.need, row.outstanding), (self.buyer, "Proposed", 3000, 9000)
		)
		self.assertEqual((row.current_limit, row.proposed_limit, row.approved_limit), (0, 9000, 9000))
		self.assertIn(fmt_money(3000, currency="EUR"), row.reasons)
		self.assertIn("owed already", row.reasons)

	def test_by_policy_report_and_cover(self):
		"""The bounds of the policy: cap of the band, the bureau's limit while it is valid, what is insured."""
		self.sold(30000)
		frappe.db.delete("Payment Ledger Entry", {"party": self.buyer})  # paid, for this sum
		policy = self.policy(without_score="B", cap_b=8000, use_reports=1, use_covers=1, uninsured=500)
		limits.propose_for(COMPANY)
		self.assertEqual(self.proposals(status="Proposed")[0].proposed_limit, 8000)
		self.report(5000, valid_until=add_days(getdate(), 5))
		limits.propose_for(COMPANY)
		self.assertEqual(self.proposals(status="Proposed")[0].proposed_limit, 5000)
		make_cover(self.buyer, 3000)
		limits.propose_for(COMPANY)
		self.assertEqual(self.proposals(status="Proposed")[0].proposed_limit, 3500)
		policy.update({"use_covers": 0, "use_reports": 0, "cap_b": 0}).save()
		limits.propose_for(COMPANY)
		self.assertEqual(self.proposals(status="Proposed")[0].proposed_limit, 12000)

	def report(self, limit: float, **values):
		frappe.get_doc(
			{
				"doctype": "Credit Report",
				"customer": self.buyer,
				"company": COMPANY,
				"provider": "Bureau",
				"reported_on": getdate(),
				"has_limit": 1,
				"credit_limit": limit,
				"currency": "EUR",
				**values,
			}
		).insert(ignore_permissions=True)

	def test_scored_without_a_case(self):
		"""requirement: the band is that of the newest score, whether the customer has a case or not"""
		self.sold(30000)
		frappe.db.delete("Payment Ledger Entry", {"party": self.buyer})  # paid, for this sum
		frappe.db.delete("Risk Score", {"customer": self.buyer})
		for band in ("A", "D"):
			score = {"doctype": "Risk Score", "customer": self.buyer, "company": COMPANY, "as_of": getdate()}
			frappe.get_doc({**score, "score": 50, "band": band}).insert(ignore_permissions=True)
		self.assertFalse(frappe.db.exists("Collection Case", {"customer": self.buyer}))
		limits.propose_for(COMPANY)
		(row,) = self.proposals()
		self.assertEqual((row.risk_band, row.proposed_limit), ("D", 5000))
		self.assertIn("Risk band D gets 50 %", row.reasons)

	def test_an_old_report_counts_no_more(self):
		self.report(5000, valid_until=add_days(getdate(), -1))
		self.assertTrue(limits.report_limits(COMPANY, getdate()).empty)
		self.report(700)
		self.assertEqual(limits.report_limits(COMPANY, getdate()).to_dict(), {self.buyer: 700})

	def test_the_newest_takes_the_place_of_those_waiting(self):
		self.sold()
		for _time in range(2):
			limits.propose_for(COMPANY)
		self.assertEqual([row.status for row in self.proposals()], ["Replaced", "Proposed"])

	def test_a_wrong_policy(self):
		with self.assertRaisesRegex(frappe.ValidationError, "worse band"):
			self.policy(percent_b=10, percent_c=20)
		with self.assertRaisesRegex(frappe.ValidationError, "above zero"):
			self.policy(step=0)


class TestDecisions(CreditLimitTestCase):
	def proposed(self) -> str:
		self.sold()
		limits.propose_for(COMPANY)
		return self.proposals(status="Proposed")[0].name

	def test_approved(self):
		"""The limit stands in ERPNext, and who decided; a second time there is nothing to decide."""
		name = self.proposed()
		frappe.db.set_value("Credit Limit Proposal", name, "approved_limit", 12000)
		user = make_user("Credit Manager", "Sales User")
		with signed_in(user):
			self.assertEqual(api.approve_limits([name]), {"done": [name], "failed": []})
			again = api.approve_limits([name])
		self.assertEqual(limits_of(COMPANY)[self.buyer], 12000)
		proposal = frappe.get_doc("Credit Limit Proposal", name)
		self.assertEqual((proposal.status, proposal.decided_by), ("Approved", user))
		self.assertIn("already", again["failed"][0]["error"])

	def test_one_that_fails_stops_no_other(self):
		"""ERPNext takes no limit below what is owed: told, and the others are set."""
		first = self.proposed()
		other = self.customer()
		self.sold(500, other)
		limits.propose_for(COMPANY)
		names = {row.customer: row.name for row in self.proposals(status="Proposed")}
		frappe.db.set_value("Credit Limit Proposal", names[self.buyer], "approved_limit", 0)
		found = limits.approve([first, names[self.buyer], names[other]])
		self.assertEqual(found["done"], [names[other]])
		self.assertEqual([row["name"] for row in found["failed"]], [first, names[self.buyer]])
		self.assertEqual(list(limits_of(COMPANY).index), [other])

	def test_rejected(self):
		name = self.proposed()
		limits.reject([name])
		self.assertEqual(frappe.db.get_value("Credit Limit Proposal", name, "status"), "Rejected")
		self.assertTrue(limits_of(COMPANY).empty)

	def test_who_may(self):
		"""A collector may not decide, nor a manager of another company."""
		name = self.proposed()
		with signed_in(make_user("Collector")), self.assertRaises(frappe.PermissionError):
			api.approve_limits([name])
		stranger = make_user("Credit Manager")
		restrict(stranger, "Company", other_company())
		with signed_in(stranger):
			for call in (lambda: api.approve_limits([name]), lambda: api.propose_limits(COMPANY)):
				with self.assertRaises(frappe.PermissionError):
					call()
