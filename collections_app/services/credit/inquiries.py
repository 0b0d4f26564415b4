"""What a credit manager asks of registers and bureaus from a customer's file: who it is there, a report, the history."""

import frappe
from frappe import _
from frappe.utils import getdate, nowdate
from frappe.utils.data import sha256_hash

from collections_app.connectors.base import Action, ConnectorError, Pushed, Record
from collections_app.connectors.ordered_source import ORDER
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.outside_facts import FLAGS, VALIDITY_DAYS
from collections_app.services.connectors import identities, outgoing, registry
from collections_app.services.connectors.batches import write_record
from collections_app.services.connectors.subjects import subject_of
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.services.credit import report_orders
from collections_app.services.credit.reports import REGISTRATION_NUMBER
from collections_app.services.credit.sanction_matches import details_of, undecided
from collections_app.services.texts import message_of

IDENTIFY = "identify"
MONITOR, END_MONITORING = "monitor", "end_monitoring"
SHOWN = 20
REPORT_FIELDS = (
	*("name", "customer", "company", "connector", "provider", "reported_on", "valid_until"),
	*("has_score", "score_0_100", "provider_score", "summary", "details", "creation"),
)
IDENTITY_FIELDS = (
	*("name", "provider_id", "provider_name", "status", "monitored", "monitored_until"),
	*("order_state", "ordered_on", "order_message"),
)


def identify(config, customer: str, **said) -> list[dict]:
	"""The companies that the provider believes may be meant; `known_as` names the customer that one stands for already."""
	found = _push(config, IDENTIFY, subject_of(config.name, customer, **said)).answers
	return [
		{**vars(one), "known_as": _customer_of(config.name, one.customer_id)}
		for one in found
		if isinstance(one, Candidate)
	]


def choose(config, customer: str, number: str, name: str = "", tax_id: str = "") -> str:
	"""A person says that the provider's number stands for the customer. Returns the Customer Identity."""
	number = number.strip()
	known = _customer_of(config.name, number)
	if known and known != customer:
		frappe.throw(
			_("{0} of {1} stands for the customer {2} already.").format(
				frappe.bold(number), config.name, frappe.bold(known)
			)
		)
	others = frappe.get_all(
		identities.DOCTYPE,
		{"connector": config.name, "customer": customer, "provider_id": ["!=", number]},
		["name", "provider_id", "monitored", "order_state"],
	)
	watched = next((one.provider_id for one in others if one.monitored), None)
	if watched and config.name in outgoing.connectors_for(config.company, END_MONITORING):
		frappe.throw(_("End the monitoring of {0} first.").format(frappe.bold(watched)))
	if ordered := next((one.provider_id for one in others if one.order_state in report_orders.OPEN), None):
		frappe.throw(_("A report of {0} is ordered: wait until it is there.").format(frappe.bold(ordered)))
	for other in others:
		frappe.delete_doc(identities.DOCTYPE, other.name, ignore_permissions=True)  # it was another company
	key = identities.key_of(config.name, number)
	name_of_identity = frappe.db.get_value(identities.DOCTYPE, {"identity_key": key})
	identity = (
		frappe.get_doc(identities.DOCTYPE, name_of_identity)
		if name_of_identity
		else frappe.new_doc(identities.DOCTYPE)
	)
	identity.update(
		{
			"connector": config.name,
			"provider_id": number,
			"provider_name": name[:255],
			"provider_tax_id": tax_id[:140],
			"customer": customer,
		}
	)
	identity.save(ignore_permissions=True)
	if identity.status != identities.CONFIRMED:
		identity.confirm()
	return identity.name


def order_report(config, customer: str) -> dict:
	"""Asks for a report today. Returns `created`, `summary` of what came, and `state` of an order that takes its time."""
	if report_orders.takes_time(config.name):
		try:
			return report_orders.order(config, customer)
		except ConnectorError as error:
			_refused(config, error)
	answers = _push(config, ORDER, subject_of(config.name, customer)).answers
	reports = [one for one in answers if isinstance(one, CreditReport)]
	created = 0
	for report in reports:
		record = Record(ORDER, f"{report.customer_id}|{customer}", ORDER, report)
		try:
			created += write_record(config, "credit_report", record).created
		except RefusedRecord as refused:
			frappe.throw(str(refused))
	return {"created": created, "summary": reports[0].summary if reports else "", "state": ""}


def monitor(config, customer: str, on: bool) -> bool:
	"""Has the provider watch the company for changes, or end that. Returns whether it is watched from now on."""
	pushed = _push(config, MONITOR if on else END_MONITORING, subject_of(config.name, customer))
	# who is known by the number in its own file may have no identity
	identity = frappe.db.get_value(
		identities.DOCTYPE, {"connector": config.name, "customer": customer}, order_by="creation desc"
	)
	if identity:
		until = next((one for one in pushed.answers if on), None)
		frappe.db.set_value(identities.DOCTYPE, identity, {"monitored": int(on), "monitored_until": until})
	return on


def overview(customer: str, company: str) -> dict:
	"""`sources`: the company's connections that tell something of a customer, each with its number of it; `reports`: the
	latest, newest first, each with its age, whether it is stale, what it flags, a registration number that is not the
	customer's (`other_number`), and the matches that wait for a person."""
	return {"sources": _sources(customer, company), "reports": _reports(customer, company)}


def _sources(customer: str, company: str) -> list[dict]:
	kinds = (IDENTIFY, ORDER, MONITOR, END_MONITORING)
	able = {kind: outgoing.connectors_for(company, kind) for kind in kinds}
	rows = []
	for name in dict.fromkeys([*able[IDENTIFY], *able[ORDER]]):
		identity = frappe.db.get_value(
			identities.DOCTYPE,
			{"connector": name, "customer": customer},
			list(IDENTITY_FIELDS),
			as_dict=True,
			order_by="creation desc",
		)
		if identity and identity.monitored_until and identity.monitored_until < getdate():
			identity.monitored = 0  # it ended by itself
		kind = frappe.db.get_value("Connector Config", name, "connector")
		rows.append(
			{
				"name": name,
				"label": _(registry.manifest(kind).label),
				"can": [kind for kind in able if name in able[kind]],
				"identity": identity,
			}
		)
	return rows


def _reports(customer: str, company: str) -> list[dict]:
	found = frappe.get_list(
		"Credit Report",
		{"customer": customer, "company": company},
		list(REPORT_FIELDS),
		order_by="reported_on desc, creation desc",
		limit=SHOWN,
	)
	own = frappe.db.get_value("Customer", customer, REGISTRATION_NUMBER)
	for report in found:
		details = details_of(report)
		told = details.get("registration_number")
		report.other_number = told if own and told and _plain(told) != _plain(own) else ""
		report.age_days = (getdate() - getdate(report.reported_on)).days
		report.stale = (
			getdate(report.valid_until) < getdate() if report.valid_until else report.age_days > VALIDITY_DAYS
		)
		report.flags = [flag for flag in FLAGS if details.get(flag) is True]
		report.matches = undecided(report)
		del report["details"], report["creation"]
	return found


def _plain(number) -> str:
	"""As it is compared: blanks, dots, small letters and leading zeros make no other number."""
	return "".join(filter(str.isalnum, str(number))).upper().lstrip("0")


def _push(config, kind: str, subject: Subject) -> Pushed:
	# the same question on the same day: a provider that knows such keys bills it once
	key = sha256_hash(f"{config.name}|{kind}|{subject}|{nowdate()}")[:40]
	try:
		return outgoing.push(config.name, Action(kind, key, subject), about=("Customer", subject.customer))
	except ConnectorError as error:
		_refused(config, error)


def _refused(config, error: ConnectorError) -> None:
	frappe.throw(message_of(error), title=_("{0} did not answer").format(config.name))


def _customer_of(connector: str, number: str) -> str | None:
	key = identities.key_of(connector, number)
	return frappe.db.get_value(identities.DOCTYPE, {"identity_key": key}, "customer")
