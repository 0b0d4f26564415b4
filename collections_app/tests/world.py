"""The world of the cycle's tests. The cycle commits, so what a test makes is not rolled back but removed: before each
test the tests' company is emptied, and only the plans the test makes are enabled.
"""

from collections.abc import Iterable

import frappe
from frappe.utils import add_days, getdate

from collections_app.engine.channels import CONTACTS
from collections_app.services.cases import settling
from collections_app.services.outbox.dispatch import dispatch
from collections_app.services.outbox.release import hold_or_release
from collections_app.services.plans import planning
from collections_app.services.run.context import RunContext
from collections_app.tests.utils import COMPANY, CollectionsTestCase, configure

PREFIX = "Cycle Test"
LEDGER = (
	"Payment Ledger Entry",
	"GL Entry",
	"Bank Transaction",
	"Payment Entry",
	"Journal Entry",
	"Sales Invoice",
)
SENDER = "collections@example.com"
TEXTS = {
	"en": ("{{ total_overdue }} overdue", "<p>Dear {{ contact_name | e }},</p>{{ items_table }}"),
	"de": ("{{ total_overdue }} überfällig", "<p>Guten Tag,</p>{{ items_table }}<p>Bitte zahlen Sie.</p>"),
}


class CycleTestCase(CollectionsTestCase):
	"""Starts each test with an empty company and leaves it empty."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		enabled = frappe.get_all("Dunning Plan", {"enabled": 1}, pluck="name")
		enabled = [name for name in enabled if not name.startswith(PREFIX)]
		cls.addClassCleanup(leave_world, enabled)

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		empty_world()
		configure()
		make_email_account()
		frappe.db.commit()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		super().tearDown()

	def context(self, day: int = 0, **values) -> RunContext:
		"""A pass as many days from today."""
		return RunContext(COMPANY, add_days(getdate(), day), **values)

	def plan(self, day: int = 0) -> RunContext:
		"""Settles and plans; the counts are in `results`."""
		context = self.context(day)
		settling.settle(context)
		context.results.append(planning.plan(context))
		return context

	def judge(self, day: int = 0) -> RunContext:
		context = self.context(day)
		context.results.append(hold_or_release(context))
		return context

	def send(self, day: int = 0) -> RunContext:
		"""Plans, judges and dispatches."""
		self.plan(day)
		self.judge(day)
		return self.dispatch(day)

	def dispatch(self, day: int = 0) -> RunContext:
		"""Hands over what is queued."""
		context = self.context(day)
		context.results.append(dispatch(context))
		return context

	def actions(self, **filters) -> list:
		"""Collection Actions of the company that are not withdrawn, oldest first."""
		rows = frappe.get_all(
			"Collection Action",
			{"company": COMPANY, "status": ["!=", "Cancelled"], **filters},
			["*"],
			order_by="creation, name",
		)
		return rows

	def action(self, **filters):
		"""The only action there is, as a document."""
		rows = self.actions(**filters)
		self.assertEqual(len(rows), 1, [(row.name, row.status, row.step_name) for row in rows])
		return frappe.get_doc("Collection Action", rows[0].name)

	def assertTold(self, context: RunContext, part: str, severity: str | None = None):
		lines = [line.message for line in context.messages if severity in (None, line.severity)]
		self.assertTrue(any(part in line for line in lines), f"{part!r} is not in {lines}")


def leave_world(enabled_plans: Iterable[str]) -> None:
	empty_world()
	for name in enabled_plans:
		frappe.db.set_value("Dunning Plan", name, "enabled", 1)
	frappe.db.commit()


def empty_world() -> None:
	cases = frappe.get_all("Collection Case", {"company": COMPANY}, pluck="name")
	for doctype in ("Email Queue", "Communication", "Comment"):
		remove(doctype, {"reference_doctype": "Collection Case", "reference_name": ["in", [*cases, ""]]})
	remove("ToDo", {"reference_type": "Collection Case", "reference_name": ["in", [*cases, ""]]})
	connectors = frappe.get_all("Connector Config", {"company": COMPANY}, pluck="name")
	for doctype in ("Connector Log", "External Reference"):
		remove(doctype, {"connector": ["in", [*connectors, ""]]})
	for doctype in (*app_doctypes(), *LEDGER):
		remove(doctype, {"company": COMPANY})
	remove("Dunning Plan", {"name": ["like", f"{PREFIX}%"]})
	remove("Collection Letter", {"name": ["like", f"{PREFIX}%"]})
	frappe.db.set_value("Dunning Plan", {"enabled": 1}, "enabled", 0)
	frappe.db.set_value("Bank Account", {"company": COMPANY}, "last_integration_date", None)
	frappe.clear_document_cache("Dunning Plan")


def app_doctypes() -> list[str]:
	"""The app's own doctypes that belong to a company."""
	names = frappe.get_all(
		"DocType", {"module": "Collections", "istable": 0, "issingle": 0}, pluck="name", order_by="name"
	)
	return [one for one in names if frappe.get_meta(one).has_field("company")]


def remove(doctype: str, filters: dict) -> None:
	names = frappe.get_all(doctype, filters, pluck="name")
	if not names:
		return
	for field in frappe.get_meta(doctype).get_table_fields():
		frappe.db.delete(field.options, {"parenttype": doctype, "parent": ["in", names]})
	frappe.db.delete(doctype, {"name": ["in", names]})
	for name in names:
		frappe.clear_document_cache(doctype, name)


def make_email_account() -> None:
	"""An account that could send; its server is never asked, because entries stay in the Email Queue."""
	frappe.local.outgoing_email_account = {}
	if frappe.db.exists("Email Account", {"email_id": SENDER, "default_outgoing": 1}):
		return
	account = frappe.get_doc(
		{
			"doctype": "Email Account",
			"name": PREFIX,
			"email_account_name": PREFIX,
			"email_id": SENDER,
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": "1",
			"no_smtp_authentication": 1,
		}
	)
	# without the connection test of a save
	account.db_insert()


def make_letter(name: str = "Letter", texts: dict[str, tuple[str, str]] | None = None):
	texts = texts or TEXTS
	return frappe.get_doc(
		{
			"doctype": "Collection Letter",
			"letter_name": f"{PREFIX} {name}",
			"translations": [
				{"language": language, "subject": subject, "body": body}
				for language, (subject, body) in texts.items()
			],
		}
	).insert()


def make_plan(
	*steps: tuple,
	name: str = "Plan",
	priority: int = 50,
	gap: int = 7,
	conditions: Iterable[tuple[str, str, str]] = (),
	**values,
):
	"""A plan of steps (trigger_days, channel, {more fields}); an Email step has the tests' letter."""
	letter = f"{PREFIX} Letter"
	if not frappe.db.exists("Collection Letter", letter):
		make_letter()
	rows = []
	for number, (trigger_days, channel, *more) in enumerate(steps or [(1, "Email")], 1):
		rows.append(
			{
				"step_name": f"Step {number}",
				"trigger_days": trigger_days,
				"channel": channel,
				"letter": letter if channel in CONTACTS else None,
				**(more[0] if more else {}),
			}
		)
	return frappe.get_doc(
		{
			"doctype": "Dunning Plan",
			"plan_name": f"{PREFIX} {name}",
			"enabled": 1,
			"priority": priority,
			"minimum_gap_days": gap,
			"steps": rows,
			"conditions": [
				{"fact": fact, "operator": operator, "value": value} for fact, operator, value in conditions
			],
			**values,
		}
	).insert()


def make_promise(customer: str, *invoices, due_in: int = 7, amount: float = 100, **values):
	return frappe.get_doc(
		{
			"doctype": "Promise to Pay",
			"company": COMPANY,
			"customer": customer,
			"due_on": add_days(getdate(), due_in),
			"amount": amount,
			"currency": "EUR",
			"invoices": [{"sales_invoice": invoice.name} for invoice in invoices],
			**values,
		}
	).insert()


def make_dispute(invoice, **values):
	return frappe.get_doc(
		{
			"doctype": "Invoice Dispute",
			"sales_invoice": invoice.name,
			"reason": frappe.db.get_value("Dispute Reason", {}, "name", order_by="name"),
			**values,
		}
	).insert()


def mark_sent(name: str, days_ago: int = 0) -> None:
	values = {"status": "Sent", "sent_at": add_days(frappe.utils.now_datetime(), -days_ago)}
	frappe.db.set_value("Collection Action", name, values)


def email_queue() -> list:
	"""Entries of the Email Queue for the company's cases."""
	cases = frappe.get_all("Collection Case", {"company": COMPANY}, pluck="name")
	return frappe.get_all(
		"Email Queue",
		{"reference_doctype": "Collection Case", "reference_name": ["in", [*cases, ""]]},
		["*"],
		order_by="creation",
	)


def other_company() -> str:
	"""A second company of the site; nothing is booked there."""
	name = frappe.db.get_value("Company", {"name": ["!=", COMPANY]}, "name", order_by="creation")
	if name:
		return name
	company = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": f"{PREFIX} Other",
			"abbr": "CTO",
			"default_currency": "EUR",
			"country": "Germany",
			"create_chart_of_accounts_based_on": "Standard Template",
			"chart_of_accounts": "Standard",
		}
	)
	return company.insert().name
