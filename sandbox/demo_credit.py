"""The demo's credit work: what a credit manager asks bureaus, registers, lists and the credit insurer, and what they answered."""

from sandbox.company.credit_roles import Roles, credit_roles

INSURER = "Atradius"
# what the policy says and no insurer's answer does
POLICY = {"insured_share": 90, "notify_after_days": 30}
# connection -> the parts of those about whom a report is ordered
REPORTS = {
	"Creditsafe": ("strong", "weak", "falling"),
	"Companies House": ("in_administration", "dissolved"),
	"OpenSanctions": ("alike", "clear"),
}
MONITORED = ("Creditsafe", "falling")
ORDERED = ("Coface Business Information", "waiting")


def roles_of(loaded: dict) -> Roles:
	from sandbox.company.load import sample_of

	return credit_roles(sample_of(loaded))


def ask(loaded: dict, prompt) -> None:
	"""Identifies customers, orders reports, has one watched: its rating falls. Done before is not asked again."""
	from collections_app.services.connectors.sync import sync_connector

	roles = roles_of(loaded)
	for connection, parts in REPORTS.items():
		for part in parts:
			_report(connection, getattr(roles, part).name)
	_monitor(MONITORED[0], getattr(roles, MONITORED[1]).name)
	prompt.fall()
	sync_connector(MONITORED[0], streams=["monitoring_events"])


def insure(loaded: dict, prompt) -> None:
	"""After the run, which brought the covers: the policy's terms are entered, a cover is raised and answered, credit managers
	are warned. And a report is ordered that takes its time."""
	import frappe

	from collections_app.services.connectors.sync import sync_connector
	from collections_app.services.credit import cover_requests, cover_sending, cover_warnings

	roles = roles_of(loaded)
	for name in frappe.get_all("Credit Cover", {"insurer": INSURER, "notify_after_days": 0}, pluck="name"):
		frappe.get_doc("Credit Cover", name).update(POLICY).save()
	for one in roles.covers:
		cover = frappe.db.get_value("Credit Cover", {"customer_name": one.customer.name, "insurer": INSURER})
		if one.raised_to and not frappe.db.exists("Cover Request", {"cover": cover}):
			request = cover_requests.change(
				frappe.get_doc("Credit Cover", cover), "Raise", float(one.raised_to)
			)
			frappe.db.commit()
			cover_sending.send(request)
	prompt.deliver()
	cover_sending.follow()
	sync_connector(INSURER)
	cover_warnings.warn_all()
	_report(ORDERED[0], getattr(roles, ORDERED[1]).name)
	frappe.db.commit()


def told() -> dict[str, dict[str, int]]:
	"""What came of it, by kind and what it says."""
	import frappe

	asked = [*REPORTS, ORDERED[0]]
	counted = {
		"reports": ("Credit Report", "connector", {"connector": ["in", asked]}),
		"covers": ("Credit Cover", "status", {"insurer": INSURER}),
		"cover requests": ("Cover Request", "status", {}),
	}
	found = {}
	for kind, (doctype, field, filters) in counted.items():
		values = frappe.get_all(doctype, filters, pluck=field, order_by=field)
		found[kind] = {value: values.count(value) for value in dict.fromkeys(values)}
	return found


def _report(connection: str, name: str) -> None:
	import frappe

	from collections_app.services.credit import inquiries

	customer = frappe.db.get_value("Customer", {"customer_name": name})
	identity = {"connector": connection, "customer": customer}
	if frappe.db.exists("Customer Identity", identity):
		return
	config = frappe.get_doc("Connector Config", connection)
	(found, *_others) = inquiries.identify(config, customer)
	inquiries.choose(config, customer, found["customer_id"], found["name"], found["tax_id"])
	inquiries.order_report(config, customer)
	frappe.db.commit()


def _monitor(connection: str, name: str) -> None:
	import frappe

	from collections_app.services.credit import inquiries

	customer = frappe.db.get_value("Customer", {"customer_name": name})
	watched = {"connector": connection, "customer": customer, "monitored": 1}
	if not frappe.db.exists("Customer Identity", watched):
		inquiries.monitor(frappe.get_doc("Connector Config", connection), customer, True)
		frappe.db.commit()
