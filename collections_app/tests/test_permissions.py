"""Who may call what: each whitelisted method refuses strangers, respects User Permissions and the HTTP verb."""

import importlib
import inspect
import json
from pathlib import Path

import frappe
from frappe.utils import add_days, getdate

from collections_app.permissions import has_app_permission
from collections_app.services.connectors.low_code import transfer
from collections_app.services.run import queue
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.rest_server import definition
from collections_app.tests.utils import COMPANY, make_connector
from collections_app.tests.world import CycleTestCase, make_dispute, make_plan, make_promise, other_company

API = Path(frappe.get_app_path("collections_app", "api"))
# what changes something; all the others only look
MUTATORS = {
	"accept_many",
	"accept_proposal",
	"acted",
	"allocate",
	"approve",
	"approve_limits",
	"ask_provider",
	"book_now",
	"cancel",
	"cancel_promise",
	"change_cover",
	"choose_candidate",
	"de_escalate",
	"decide_matches",
	"declare_overdue",
	"dismiss_records",
	"end_absence",
	"escalate",
	"identify",
	"ignore",
	"learn_now",
	"learn_payments",
	"log_again",
	"log_call",
	"not_a_customer",
	"order_report",
	"pause",
	"propose_limit",
	"propose_limits",
	"rank_now",
	"read_connections",
	"reassign",
	"reassign_all",
	"record_dispute",
	"record_promise",
	"reject_limits",
	"replay_event",
	"request_cover",
	"resolve_uncertain",
	"resume_deliveries",
	"retry",
	"retry_failed",
	"retry_records",
	"run_cycle",
	"save_credentials",
	"score_now",
	"send",
	"settle_request",
	"skip",
	"snooze",
	"start_backtest",
	"start_consent",
	"start_runs",
	"stop_deliveries",
	"sync_now",
	"take_back",
	"test_connection",
	"test_stream",
	"undo",
	"upload_statement",
	"webhook",
}
# what providers call: a signature proves who they are
GUESTS = {"webhook"}


def whitelisted() -> dict[str, object]:
	"""Dotted path -> function, of all API modules."""
	found = {}
	for file in sorted(API.glob("*.py")):
		if file.stem == "__init__":
			continue
		module = importlib.import_module(f"collections_app.api.{file.stem}")
		for name, function in inspect.getmembers(module, inspect.isfunction):
			if function in frappe.whitelisted and function.__module__ == module.__name__:
				found[f"{module.__name__}.{name}"] = function
	return found


class TestWhitelisted(CycleTestCase):
	def test_verbs(self):
		"""What changes something takes POST only; nothing is open to guests."""
		methods = whitelisted()
		self.assertEqual(MUTATORS, {path.rsplit(".", 1)[1] for path in methods} & MUTATORS)
		for path, function in methods.items():
			with self.subTest(path):
				allowed = frappe.allowed_http_methods_for_whitelisted_func[function]
				if path.rsplit(".", 1)[1] in MUTATORS:
					self.assertEqual(allowed, ["POST"])
				self.assertEqual(function in frappe.guest_methods, path.rsplit(".", 1)[1] in GUESTS)

	def test_typed(self):
		"""Each argument of each method has a type, which Frappe checks in requests."""
		for path, function in whitelisted().items():
			for parameter in inspect.signature(function).parameters.values():
				self.assertIsNot(parameter.annotation, inspect.Parameter.empty, f"{path}: {parameter.name}")
				self.assertNotIsInstance(parameter.annotation, str, f"{path}: {parameter.name}")

	def arguments(self) -> dict[str, dict]:
		"""What a call that would work for a manager looks like."""
		make_plan()
		self.debtor = self.customer()
		self.the_invoice = self.invoice(self.debtor, 100)
		self.plan()
		action = self.action()
		connector = make_connector().name
		match = frappe.get_doc(
			{"doctype": "Cash Match", "company": COMPANY, "date": getdate(), "status": "To Review"}
		)
		match.set_new_name()
		match.db_insert()
		run = queue.get_or_create(COMPANY, getdate())
		one_customer = {"customer": self.debtor, "company": COMPANY}
		reason = frappe.db.get_value("Dispute Reason", {}, "name", order_by="name")
		cover = frappe.get_doc(
			{"doctype": "Credit Cover", **one_customer, "insurer": "Insurer", "status": "Approved"}
		)
		cover.update({"currency": "EUR", "amount": 1000})
		cover.insert()
		request = frappe.get_doc(
			{"doctype": "Cover Request", **one_customer, "cover": cover.name, "connector": connector}
		)
		request.update({"change": "Raise", "status": "Failed"})
		request.insert()
		return {
			"covers.overview": one_customer,
			"covers.request_cover": {
				**one_customer,
				"connector": connector,
				"amount": 10.0,
				"currency": "EUR",
			},
			"covers.change_cover": {"cover": cover.name, "change": "Raise", "amount": 10.0},
			"covers.declare_overdue": {"cover": cover.name},
			"covers.settle_request": {"request": request.name, "outcome": "again"},
			"actions.approve": {"names": [action.name]},
			"actions.ask_provider": {"action": action.name},
			"actions.cancel": {"names": [action.name], "reason": "test"},
			"actions.skip": {"names": [action.name], "reason": "test"},
			"actions.retry": {"names": [action.name]},
			"actions.resolve_uncertain": {"names": [action.name], "outcome": "sent"},
			"cases.get_open_invoices": one_customer,
			"cases.record_promise": {
				**one_customer,
				"due_on": str(add_days(getdate(), 3)),
				"amount": 10.0,
				"currency": "EUR",
				"invoices": [self.the_invoice.name],
			},
			"cases.record_dispute": {"sales_invoice": self.the_invoice.name, "reason": reason},
			"cases.log_call": {"case": action.case, "outcome": "Reached"},
			"cases.pause": {"case": action.case, "until": str(getdate()), "reason": "test"},
			"cases.cancel_promise": {
				"promise": make_promise(self.debtor, self.invoice(self.debtor, 5), amount=5).name,
				"reason": "test",
			},
			"cases.timeline": {"case": action.case},
			"cases.timeline_kinds": {},
			"cases.reassign": {"names": [action.case], "collector": "Administrator"},
			"cases.reassign_all": {"from_user": "Administrator", "to_user": "Administrator"},
			"cases.escalate": {"case": action.case, "to": "Administrator", "reason": "test"},
			"cases.de_escalate": {"case": action.case},
			"cash.accept_proposal": {"match": match.name, "rank": 1},
			"cash.accept_many": {"names": [match.name]},
			"cash.allocate": {"match": match.name, "customer": self.debtor, "parts": []},
			"cash.customer_items": {"match": match.name, "customer": self.debtor},
			"cash.ignore": {"match": match.name},
			"cash.not_a_customer": {"match": match.name},
			"cash.review_detail": {"match": match.name},
			"cash.review_queue": {"company": COMPANY},
			"cash.surer_than": {"confidence": 90.0, "company": COMPANY},
			"cash.undo": {"match": match.name},
			"charges.book_now": {"booking": self.booking(action)},
			"cockpit.opening": {},
			"cockpit.head": {"companies": [COMPANY]},
			"cockpit.cash": {"companies": [COMPANY]},
			"cockpit.indicators": {"companies": [COMPANY]},
			"cockpit.ageing": {"companies": [COMPANY]},
			"cockpit.promises": {"companies": [COMPANY]},
			"cockpit.disputes": {"companies": [COMPANY]},
			"cockpit.movers": {"companies": [COMPANY]},
			"cockpit.news": {"companies": [COMPANY]},
			"cockpit.feeds": {"companies": [COMPANY]},
			"cockpit.digest_preview": {"companies": [COMPANY]},
			"cockpit.start_runs": {"companies": [COMPANY]},
			"cockpit.read_connections": {"companies": [COMPANY]},
			"connectors.catalogue": {},
			"connectors.test_connection": {"connector": connector},
			"connectors.overview": {"connector": connector},
			"connectors.save_credentials": {"connector": connector, "values": {}},
			"connectors.start_consent": {"connector": connector},
			"connectors.finish_consent": {"state": "unknown"},
			"connectors.retry_records": {"log": self.connector_log(connector)},
			"connectors.dismiss_records": {"log": self.connector_log(connector)},
			"connectors.replay_event": {"event": self.webhook_event(connector)},
			"connectors.sync_now": {"connector": connector},
			"connectors.upload_statement": {"connector": connector, "file_url": "/private/files/x.xml"},
			"connectors.retry_failed": {"connector": connector},
			"bank_files.guess_csv_format": {"doc": {"company": COMPANY}},
			"bank_files.preview_csv_format": {"doc": {"company": COMPANY}},
			"credit.approve_limits": {"names": [self.limit_proposal()]},
			"credit.propose_limits": {"company": COMPANY},
			"credit.reject_limits": {"names": [self.limit_proposal()]},
			"credit.standing": one_customer,
			"credit_reports.overview": one_customer,
			"credit_reports.identify": {"connector": connector, "customer": self.debtor},
			"credit_reports.choose_candidate": {
				"connector": connector,
				"customer": self.debtor,
				"number": "1",
			},
			"credit_reports.order_report": {"connector": connector, "customer": self.debtor},
			"credit_reports.monitor": {"connector": connector, "customer": self.debtor, "on": True},
			"credit_reports.decide_matches": {"report": self.credit_report(), "is_customer": True},
			"crm.log_again": {"activity": self.crm_activity(connector)},
			"customer.summary": one_customer,
			**{
				f"customer_360.{panel}": one_customer
				for panel in (
					*("head", "behaviour", "expected", "score", "people", "statement", "statement_pdf"),
					*("score_now", "suggest_limit"),
				)
			},
			"customer_360.timeline": {"customer": self.debtor},
			"customer_360.propose_limit": {**one_customer, "amount": 10.0, "reason": "test"},
			"cycle.run_cycle": {"company": COMPANY},
			"cycle.progress": {"run": run},
			"hand_over.prepare_file": {"case": action.case},
			"hand_over.take_back": {"case": action.case, "reason": "test"},
			"hand_over.stop_deliveries": {"case": action.case, "reason": "test"},
			"hand_over.resume_deliveries": {"case": action.case, "reason": "test"},
			"letters.preview": {"letter": action.letter, **one_customer},
			"letters.preview_action": {"action": action.name},
			"letters.preview_texts": {"language": "en", "medium": "Email", **one_customer},
			"letters.preview_pdf": {"language": "en", **one_customer},
			"letters.editor_help": {},
			"letters.print_letters": {"names": [action.name]},
			"access.sees_totals": {},
			"live.companies": {},
			"low_code.target_fields": {},
			"low_code.test_stream": {**self.low_code(), "stream": "payments", "connection": connector},
			"low_code.export_definition": self.low_code(),
			"low_code.import_definition": {"text": "{}"},
			"prediction.learn_payments": {"company": COMPANY},
			"plans.coverage": {"plan": action.dunning_plan},
			"plans.counts": {},
			"plans.customers": {"plan": action.dunning_plan, "kind": "caught"},
			"send_letter.choices": one_customer,
			"send_letter.preview": {**one_customer, "channel": "Email", "letter": action.letter, "items": []},
			"send_letter.send": {
				**one_customer,
				"channel": "Email",
				"letter": action.letter,
				"items": [],
				"request": "test",
			},
			"settings.connectors_that": {
				"doctype": "Connector Config",
				"txt": "",
				"searchfield": "name",
				"start": 0,
				"page_len": 10,
				"filters": {"company": COMPANY, "actions": ["log_activity"]},
			},
			"rehearsal.rehearse": {**one_customer, "plan": action.dunning_plan},
			"scoring.catalogue": {},
			"scoring.history": one_customer,
			"scoring.learn_now": {"company": COMPANY},
			"scoring.preview": {"scorecard": self.scorecard(), "company": COMPANY},
			"scoring.start_backtest": {"name": self.risk_backtest()},
			"team.choices": {},
			"team.portfolios": {"companies": COMPANY},
			"team.cash": {"companies": COMPANY},
			"team.activity": {"companies": COMPANY},
			"team.targets": {"companies": COMPANY},
			"team.absences": {"companies": COMPANY},
			"team.cases": {"collector": "Administrator", "companies": COMPANY},
			"team.end_absence": {"absence": self.absence()},
			"worklist.opening": {"filters": {"company": COMPANY}},
			"worklist.rows": {"filters": {"company": COMPANY}},
			"worklist.day": {"filters": {"company": COMPANY}},
			"worklist.case_file": {"case": action.case},
			"worklist.invoices": {"case": action.case},
			"worklist.call_script": {"case": action.case},
			"worklist.snooze": {
				"case": action.case,
				"until": str(add_days(getdate(), 3)),
				"reason": "test",
			},
			"worklist.acted": {"case": action.case},
			"worklist.rank_now": {"company": COMPANY},
		}

	def scorecard(self) -> dict:
		name = frappe.db.get_single_value("Collections Settings", "scorecard")
		return json.loads(frappe.as_json(frappe.get_doc("Risk Scorecard", name)))

	def risk_backtest(self) -> str:
		values = {"company": COMPANY, "scorecard": self.scorecard()["name"]}
		return frappe.get_doc({"doctype": "Risk Backtest", **values}).insert(ignore_permissions=True).name

	def low_code(self) -> dict[str, str]:
		"""A connector that is defined, not coded."""
		values = {**definition("payments"), "name": f"Service {frappe.generate_hash(length=6)}"}
		return {"connector": transfer.bring_in(json.dumps(values), False)[0].name}

	def connector_log(self, connector: str) -> str:
		log = frappe.get_doc({"doctype": "Connector Log", "connector": connector, "status": "Partial"})
		return log.insert(ignore_permissions=True).name

	def crm_activity(self, connector: str) -> str:
		"""One that the CRM refused."""
		values = {"connector": connector, "company": COMPANY, "customer": self.debtor, "status": "Failed"}
		activity = frappe.get_doc({"doctype": "CRM Activity", **values})
		activity.activity_key = frappe.generate_hash(length=40)
		return activity.insert(ignore_permissions=True).name

	def credit_report(self) -> str:
		values = {"customer": self.debtor, "company": COMPANY, "provider": "Bureau", "reported_on": getdate()}
		return frappe.get_doc({"doctype": "Credit Report", **values}).insert(ignore_permissions=True).name

	def limit_proposal(self) -> str:
		return (
			frappe.get_doc(
				{
					"doctype": "Credit Limit Proposal",
					"customer": self.debtor,
					"company": COMPANY,
					"status": "Proposed",
					"proposed_limit": 100,
					"approved_limit": 100,
				}
			)
			.insert(ignore_permissions=True)
			.name
		)

	def webhook_event(self, connector: str) -> str:
		event = frappe.get_doc({"doctype": "Webhook Event", "connector": connector, "status": "Waiting"})
		event.event_key = frappe.generate_hash(length=40)
		return event.insert(ignore_permissions=True).name

	def absence(self) -> str:
		"""One to come."""
		values = {"collector": make_user("Collector"), "deputy": "Administrator", "given_to": "Deputy"}
		values.update({"from_date": add_days(getdate(), 5), "to_date": add_days(getdate(), 9)})
		return frappe.get_doc({"doctype": "Collector Absence", **values}).insert().name

	def booking(self, action) -> str:
		"""A Charge Booking whose voucher was cancelled."""
		booking = frappe.new_doc("Charge Booking")
		booking.update(
			{
				"company": COMPANY,
				"customer": self.debtor,
				"action": action.name,
				"book_as": "Invoice for Charges",
				"status": "Cancelled",
				"currency": "EUR",
			}
		)
		booking.set_new_name()
		booking.db_insert()
		return booking.name

	def test_strangers_are_refused(self):
		"""Someone signed in without a role of the app is refused by every method, and nothing is changed."""
		arguments = self.arguments()
		functions = {path.removeprefix("collections_app.api."): one for path, one in whitelisted().items()}
		rest = {path for path in functions if not path.startswith("cards.")}
		rest -= {f"connectors.{name}" for name in GUESTS}
		self.assertEqual(rest, set(arguments), "a method without a test of its permissions")
		before = self.action().as_dict()
		with signed_in(make_user()):
			for path, values in arguments.items():
				with self.subTest(path), self.assertRaises(frappe.PermissionError):
					functions[path](**values)
			for path in {one for one in functions if one.startswith("cards.")}:
				with self.subTest(path):
					self.assertShowsNothing(functions[path])
		self.assertEqual(self.action().as_dict(), before)

	def assertShowsNothing(self, card) -> None:
		try:
			self.assertFalse(card({"company": COMPANY})["value"])
		except frappe.PermissionError:
			pass

	def test_auditor_only_reads(self):
		"""The auditor sees everything and changes nothing."""
		arguments = self.arguments()
		functions = {path.removeprefix("collections_app.api."): one for path, one in whitelisted().items()}
		with signed_in(make_user("Collections Auditor", "Accounts User")):
			for path, values in arguments.items():
				if path.rsplit(".", 1)[1] in MUTATORS:
					with self.subTest(path), self.assertRaises(frappe.PermissionError):
						functions[path](**values)
			for path in (
				"cases.get_open_invoices",
				"cases.timeline",
				"cases.timeline_kinds",
				"customer.summary",
				"cycle.progress",
				"letters.preview",
				"letters.preview_action",
				"letters.preview_texts",
				"letters.preview_pdf",
				"letters.editor_help",
				"letters.print_letters",
				"plans.coverage",
				"plans.counts",
				"plans.customers",
				"rehearsal.rehearse",
				"scoring.catalogue",
				"scoring.history",
			):
				with self.subTest(path):
					functions[path](**arguments[path])

	def test_collector_works(self):
		"""A collector keeps promises, disputes and calls, and decides on actions; runs and approvals are the manager's."""
		arguments = self.arguments()
		functions = {path.removeprefix("collections_app.api."): one for path, one in whitelisted().items()}
		with signed_in(make_user("Collector", "Accounts User")):
			for path in (
				*("cases.record_promise", "cases.log_call", "cases.pause", "cases.cancel_promise"),
				*("cases.reassign", "cases.escalate", "cases.de_escalate", "cases.timeline"),
				"actions.cancel",
				*("worklist.snooze", "worklist.acted", "worklist.rank_now"),
			):
				with self.subTest(path):
					functions[path](**arguments[path])
			for path in ("cycle.run_cycle", "cases.reassign_all", "actions.approve"):
				with self.subTest(path), self.assertRaises(frappe.PermissionError):
					functions[path](**arguments[path])

	def test_restricted_to_another_company(self):
		"""A user restricted to another company sees and changes nothing of this one."""
		self.refused_for(restricted_to=("Company", other_company()))

	def test_restricted_to_another_customer(self):
		"""A user restricted to another customer sees and changes nothing of this one."""
		self.refused_for(restricted_to=("Customer", self.customer()))

	def refused_for(self, restricted_to: tuple[str, str]) -> None:
		arguments = self.arguments()
		functions = {path.removeprefix("collections_app.api."): one for path, one in whitelisted().items()}
		user = make_user("Credit Manager", "Accounts Manager", "Accounts User")
		restrict(user, *restricted_to)
		about_them = (
			*("actions.approve", "actions.cancel", "actions.retry", "actions.resolve_uncertain"),
			"charges.book_now",
			*("hand_over.prepare_file", "hand_over.take_back"),
			*("hand_over.stop_deliveries", "hand_over.resume_deliveries"),
			*("cases.get_open_invoices", "cases.record_promise", "cases.record_dispute", "cases.log_call"),
			*("cases.pause", "letters.preview", "letters.preview_action"),
			*("cases.cancel_promise", "cases.timeline", "cases.reassign", "cases.escalate"),
			"cases.de_escalate",
			*("worklist.case_file", "worklist.invoices", "worklist.call_script"),
			*("worklist.snooze", "worklist.acted"),
			"rehearsal.rehearse",
			*("scoring.history", "credit.standing"),
			*("customer_360.head", "customer_360.behaviour", "customer_360.expected", "customer_360.score"),
			*("customer_360.people", "customer_360.statement", "customer_360.statement_pdf"),
			*("customer_360.score_now", "customer_360.suggest_limit", "customer_360.propose_limit"),
			*("send_letter.choices", "send_letter.preview", "send_letter.send"),
			*("credit_reports.overview", "credit_reports.identify", "credit_reports.choose_candidate"),
			*("credit_reports.order_report", "credit_reports.monitor", "credit_reports.decide_matches"),
		)
		if restricted_to[0] == "Company":
			about_them = (*about_them, "cycle.run_cycle", "cycle.progress", "customer.summary")
			about_them = (
				*about_them,
				*("worklist.opening", "worklist.rows", "worklist.day", "worklist.rank_now"),
			)
			about_them = (*about_them, "scoring.learn_now", "scoring.preview", "scoring.start_backtest")
		with signed_in(user):
			for path in about_them:
				with self.subTest(path), self.assertRaises(frappe.PermissionError):
					functions[path](**arguments[path])
			if restricted_to[0] == "Company":
				counts = functions["plans.coverage"](**arguments["plans.coverage"])
				self.assertEqual(counts["total"], 0)

	def test_lists_respect_user_permissions(self):
		"""Lists of the app's documents show only the customers the user may see."""
		self.arguments()
		seen = self.customer()
		invoice = self.invoice(seen, 10)
		self.plan()
		for customer, one in ((self.debtor, self.the_invoice), (seen, invoice)):
			make_promise(customer, one, amount=1)
			make_dispute(one)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", seen)
		with signed_in(user):
			for doctype in ("Collection Case", "Collection Action", "Promise to Pay", "Invoice Dispute"):
				with self.subTest(doctype):
					customers = frappe.get_list(doctype, {"company": COMPANY}, pluck="customer", limit=0)
					self.assertEqual(set(customers), {seen})

	def test_one_forbidden_name_stops_the_call(self):
		"""Of several actions, one that may not be written stops the call before any is changed."""
		arguments = self.arguments()
		allowed = self.customer()
		self.invoice(allowed, 10)
		self.plan()
		names = [row.name for row in self.actions()]
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", allowed)
		cancel = whitelisted()["collections_app.api.actions.cancel"]
		with signed_in(user), self.assertRaises(frappe.PermissionError):
			cancel(names=sorted(names, reverse=True), reason="test")
		self.assertEqual({row.status for row in self.actions()}, {"Planned"})
		self.assertTrue(arguments)

	def test_app_tile(self):
		"""The app's tile is for its roles and the System Manager."""
		for roles, expected in ((("Collector",), True), (("Collections Auditor",), True), ((), False)):
			with signed_in(make_user(*roles)):
				self.assertEqual(has_app_permission(), expected)
