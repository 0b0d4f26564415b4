"""The timeline of a case: everything that happened, in order, page by page, as far as the reader may see it."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import cases as api
from collections_app.services.cases import timeline as case_timeline
from collections_app.services.credit import delivery_stop
from collections_app.services.numbers import number
from collections_app.tests.desk import make_action, make_user, restrict, signed_in
from collections_app.tests.settling import SettleTestCase, credit_note
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_dispute, make_plan, make_promise, mark_sent


class TestTimeline(SettleTestCase):
	def full_case(self):
		"""A case on which one of each kind happened."""
		make_plan((1, "Email"))
		self.debtor = self.customer()
		invoices = [self.invoice(self.debtor, 100) for _number in range(4)]
		self.plan()
		mark_sent(self.action().name)
		case = self.case(self.debtor)
		make_promise(self.debtor, invoices[0], promised_by="Ms Payne")
		dispute = make_dispute(invoices[1])
		dispute.update({"status": "Rejected", "resolution": "As ordered"}).save()
		pay(invoices[0])
		credit_note(invoices[2], 20)
		self.settle()
		api.log_call(case.name, "Reached", "Back on Monday")
		api.pause(case.name, str(add_days(getdate(), 2)), "holidays")
		api.escalate(case.name, make_user("Credit Manager"), "What now?")
		delivery_stop.stop(case.name, "Third reminder")
		case.add_comment("Comment", "A remark")
		self.mail(case)
		self.score(case)
		self.online_payment(case)
		self.credit(case)
		make_plan((1, "Email"), name="Other", priority=1)
		self.plan()
		return case.reload()

	def mail(self, case, subject: str = "Your reminder"):
		return frappe.get_doc(
			{
				"doctype": "Communication",
				"communication_type": "Communication",
				"communication_medium": "Email",
				"sent_or_received": "Received",
				"sender": "payer@example.com",
				"subject": subject,
				"content": "We pay soon",
				"reference_doctype": "Collection Case",
				"reference_name": case.name,
			}
		).insert(ignore_permissions=True)

	def score(self, case):
		score = frappe.get_doc(
			{
				"doctype": "Risk Score",
				"customer": case.customer,
				"company": COMPANY,
				"case": case.name,
				"as_of": getdate(),
				"score": 41.5,
				"band": "D",
				"previous_score": 66,
				"previous_band": "B",
			}
		)
		score.set_new_name()
		score.db_insert()

	def credit(self, case):
		"""A report, a cover, a proposed limit, and the hand-over to an agency."""
		whose = {"customer": case.customer, "company": COMPANY}
		for values in (
			{"doctype": "Credit Report", "provider": "Bureau", "summary": "Weak", "reported_on": getdate()},
			{"doctype": "Credit Cover", "insurer": "Insurer", "amount": 750, "currency": "EUR"},
			{"doctype": "Credit Limit Proposal", "proposed_limit": 900, "currency": "EUR"},
		):
			doc = frappe.get_doc({**values, **whose})
			doc.set_new_name()
			doc.db_insert()
		make_action(case, "Cancelled", channel="Hand Over", step_name="To the agency")

	def online_payment(self, case):
		payment = frappe.get_doc(
			{
				"doctype": "Online Payment",
				"customer": case.customer,
				"company": COMPANY,
				"connector": "Shop",
				"reference": "pi_123",
				"status": "Paid",
				"amount": 20,
				"currency": "EUR",
				"noted_at": now_datetime(),
			}
		)
		payment.set_new_name()
		payment.db_insert()

	def events(self, case, *kinds: str, **values) -> list[dict]:
		return api.timeline(case.name, list(kinds), **values)["events"]

	def text(self, case, kind: str) -> str:
		return " | ".join(event["content"] for event in self.events(case, kind))

	def test_everything_is_there(self):
		"""One of each kind, the latest first, each with what matters about it."""
		case = self.full_case()
		found = self.events(case)
		self.assertEqual({event["kind"] for event in found}, set(case_timeline.kinds()))
		moments = [event["moment"] for event in found]
		self.assertEqual(moments, sorted(moments, reverse=True))
		for kind, parts in (
			("message", ("Step 1 (level 1)", "Sent", "sent ")),
			("promise", ("Ms Payne", "Kept", "100")),
			("dispute", ("in dispute", "Rejected", "As ordered")),
			("payment", ("received", "Credit note")),
			("call", ("Back on Monday",)),
			("pause", ("holidays",)),
			("team", ("What now?",)),
			("delivery", ("stopped deliveries", "Third reminder")),
			("note", ("A remark",)),
			("reply", ("Your reminder",)),
			("score", (f"D ({number(41.5, 1)})", f"B ({number(66, 1)})")),
			("online_payment", ("pi_123", "Paid", "20")),
			("plan", ("Cycle Test Plan", "Cycle Test Other")),
			("report", ("Bureau", "Weak")),
			("cover", ("Insurer", "750")),
			("limit", ("900",)),
			("hand_over", ("To the agency",)),
		):
			for part in parts:
				with self.subTest(kind, part=part):
					self.assertIn(part, self.text(case, kind))

	def test_page_by_page(self):
		"""Pages join without a gap or a repetition, also where many things happened at one moment."""
		case = self.full_case()
		moment = now_datetime()
		for place in range(7):
			action = make_action(case, "Cancelled", step_name=f"Burst {place}")
			frappe.db.set_value("Collection Action", action.name, "creation", moment, update_modified=False)
		whole = [(event["kind"], event["name"]) for event in self.events(case, limit=200)]
		for limit in (1, 3, 10):
			pages, before = [], None
			while True:
				page = api.timeline(case.name, [], before, limit)
				self.assertLessEqual(len(page["events"]), limit)
				pages += [(event["kind"], event["name"]) for event in page["events"]]
				before = page["next"]
				if not before:
					break
			self.assertEqual(pages, whole, limit)

	def test_only_this_case(self):
		"""Another customer's events are not there."""
		case = self.full_case()
		names = {event["name"] for event in self.events(case)}
		other = self.customer()
		invoice = self.invoice(other, 10)
		make_promise(other, invoice, amount=1)
		pay(invoice)
		self.settle()
		self.assertEqual({event["name"] for event in self.events(case)}, names)
		self.assertEqual({event["kind"] for event in self.events(self.case(other))}, {"promise", "payment"})

	def test_what_people_typed_is_text(self):
		"""HTML in names, notes and reasons does no harm."""
		case = self.full_case()
		evil = "<script>alert(1)</script>"
		api.pause(case.name, str(getdate()), evil)
		api.log_call(case.name, "Reached", evil, None, evil)
		make_promise(self.debtor, self.invoice(self.debtor, 5), amount=5, promised_by=evil)
		self.mail(case, evil)
		make_action(case, "Held", step_name=evil, hold_reasons=evil)
		self.assertNotIn("<script", " ".join(event["content"] for event in self.events(case, limit=100)))

	def test_native_timeline(self):
		"""The form gets what Frappe's own timeline does not show by itself, a page of it, and where to go on."""
		case = self.full_case()
		contents = case_timeline.for_form("Collection Case", case.name)
		text = " ".join(one["content"] for one in contents)
		for kind, one in case_timeline.kinds().items():
			self.assertEqual(f'data-kind="{kind}"' in text, not one.native, kind)
		hooks = frappe.get_hooks("additional_timeline_content")["Collection Case"]
		self.assertIn("collections_app.services.cases.timeline.for_form", hooks)
		for place in range(case_timeline.PAGE):
			make_action(case, "Cancelled", step_name=f"More {place}")
		contents = case_timeline.for_form("Collection Case", case.name)
		self.assertEqual(len(contents), case_timeline.PAGE)
		self.assertTrue(contents[-1]["next"])

	def test_few_queries(self):
		"""The number of queries does not grow with the number of events."""
		case = self.full_case()
		for place in range(20):
			make_action(case, "Cancelled", step_name=f"More {place}")
		api.timeline(case.name)
		with self.assertQueryCount(40):
			api.timeline(case.name)

	def test_permissions(self):
		"""Refused to who may not read the case; a kind whose documents the reader may not read is left out."""
		case = self.full_case()
		outsider = make_user("Collector", "Accounts User")
		restrict(outsider, "Customer", self.customer())
		with signed_in(outsider), self.assertRaises(frappe.PermissionError):
			api.timeline(case.name)
		with signed_in(make_user("Collector")):
			kinds = {event["kind"] for event in self.events(case)}
		self.assertIn("promise", kinds)
		self.assertNotIn("payment", kinds)

	def test_wrong_cursor(self):
		case = self.full_case()
		with self.assertRaisesRegex(frappe.ValidationError, "cannot go on from"):
			api.timeline(case.name, [], "yesterday")
