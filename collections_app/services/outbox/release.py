"""Hold or release: every waiting action is judged anew; a held one says why and goes out alone when the reason is gone."""

from datetime import date, time, timedelta

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Min
from frappe.utils import getdate, now_datetime

from collections_app.engine.holds import HoldFacts, HoldPolicy, hold_reasons
from collections_app.engine.reasons import Reason
from collections_app.services import settings
from collections_app.services.customers import customer_frame
from collections_app.services.outbox import covers
from collections_app.services.outbox.store import REPLACEABLE, change, withdraw
from collections_app.services.reasons import sentences
from collections_app.services.run.context import WARNING, RunContext

# queued ones are judged again too: one that could not leave at once must not go out late with an old amount
JUDGED = (*REPLACEABLE, "Queued")


def hold_or_release(context: RunContext, names: list[str] | None = None) -> dict[str, int]:
	"""Judges the company's waiting actions (or those in `names`) and writes the outcome."""
	counts = {"released": 0, "held": 0, "awaiting_approval": 0, "cancelled": 0}
	actions = _waiting_actions(context.company, names)
	if not actions:
		return counts
	bench = _Bench(context, actions)
	outcomes: dict[str, dict] = {}
	settled: list[str] = []
	for action in actions:
		if bench.nothing_left(action):
			settled.append(action.name)
			continue
		reasons = bench.reasons(action)
		status = status_for(reasons)
		if status == action.status == "Queued":
			continue
		if status == "Queued":
			bench.count_contact(action)
		outcomes[action.name] = {
			"status": status,
			"hold_reasons": "\n".join(sentences(reasons)),
			"hold_codes": ",".join(reason.code for reason in reasons),
			"recipients": bench.email(action) if action.channel == "Email" else "",
		}
		counts[{"Queued": "released", "Held": "held", "Awaiting Approval": "awaiting_approval"}[status]] += 1
		_tell(context, action, reasons)
	change(outcomes, JUDGED)
	withdraw(dict.fromkeys(settled), JUDGED)
	return {**counts, "cancelled": len(settled)}


def status_for(reasons: list[Reason]) -> str:
	codes = {reason.code for reason in reasons}
	if not codes:
		return "Queued"
	return "Awaiting Approval" if codes == {"approval_missing"} else "Held"


def _tell(context: RunContext, action, reasons: list[Reason]) -> None:
	"""What a person has to mend is told on the run; what passes by itself is only on the action."""
	for reason in reasons:
		if reason.code in (
			"no_email_address",
			"no_letter",
			"no_collector",
			"unknown_currency",
			"bank_feed_stale",
		):
			reference = ("Collection Action", action.name)
			text = sentences([reason])[0]
			if reason.code == "bank_feed_stale":
				reference = (None, None)
			else:
				text = f"{action.customer_name or action.customer}: {text}"
			context.tell(WARNING, text, *reference)


def _waiting_actions(company: str, names: list[str] | None):
	filters = {"company": company, "status": ["in", JUDGED]}
	if names is not None:
		filters["name"] = ["in", names or [""]]
	actions = frappe.get_all(
		"Collection Action",
		filters,
		[
			"name",
			"status",
			"currency",
			"customer",
			"customer_name",
			"case",
			"channel",
			"letter",
			"requires_approval",
			"approved_by",
		],
		order_by="total_overdue desc, name",
	)
	lines = frappe.get_all(
		"Collection Action Invoice",
		{"parent": ["in", [action.name for action in actions] or [""]]},
		["parent", "item_key", "voucher_no", "outstanding"],
	)
	for action in actions:
		action.lines = []
	by_name = {action.name: action for action in actions}
	for line in lines:
		by_name[line.parent].lines.append(line)
	return actions


class _Bench:
	"""Everything the judge needs to know, read once for all actions."""

	def __init__(self, context: RunContext, actions: list):
		self.context = context
		self.policy = policy()
		company = context.company
		open_items = context.items.set_index("item")["outstanding"]
		self.outstanding = open_items.to_dict()
		self.promised = covers.promised_invoices(company)
		self.disputed = covers.disputed_invoices(company)
		self.paused_invoices = covers.paused_invoices(company, context.run_date)
		self.pauses = covers.customer_pauses(company)
		self.last_statement = last_statement_on(company)
		self.contacts = recent_contacts(company, context.run_date, self.policy.contact_limit_days)
		self.currencies = set(frappe.get_all("Currency", pluck="name"))
		people = customer_frame({action.customer for action in actions}).set_index("customer")
		self.emails = people["email"].to_dict()
		self.collectors = dict(
			frappe.get_all(
				"Collection Case",
				{"name": ["in", [action.case for action in actions]]},
				["name", "collector"],
				as_list=True,
			)
		)

	def email(self, action) -> str:
		value = self.emails.get(action.customer)
		return value if isinstance(value, str) else ""

	def nothing_left(self, action) -> bool:
		return all(line.item_key not in self.outstanding for line in action.lines)

	def count_contact(self, action) -> None:
		if action.channel != "Call":
			self.contacts[action.customer] = self.contacts.get(action.customer, 0) + 1

	def contacts_before(self, action) -> int:
		"""Messages that went out or are on their way, this one not counted; calls have no limit."""
		if action.channel == "Call":
			return 0
		return self.contacts.get(action.customer, 0) - (action.status == "Queued")

	def reasons(self, action) -> list[Reason]:
		keys = {line.item_key: line for line in action.lines}
		changed = (key for key, line in keys.items() if self._changed(key, line))
		reasons = hold_reasons(
			HoldFacts(
				as_of=self.context.run_date,
				now=now_datetime().time(),
				channel=action.channel,
				items=tuple(keys),
				letter=action.letter,
				email=self.email(action),
				requires_approval=bool(action.requires_approval),
				approved=bool(action.approved_by),
				last_statement_on=self.last_statement,
				promise_items=frozenset(k for k, line in keys.items() if line.voucher_no in self.promised),
				dispute_items=frozenset(k for k, line in keys.items() if line.voucher_no in self.disputed),
				paused_items=frozenset(
					k for k, line in keys.items() if line.voucher_no in self.paused_invoices
				),
				paid_items=frozenset(changed),
				contacts=self.contacts_before(action),
				paused_until=self.pauses.get(action.customer),
			),
			self.policy,
		)
		if action.channel == "Call" and not self.collectors.get(action.case):
			reasons.append(Reason("no_collector"))
		if action.currency not in self.currencies:
			reasons.append(Reason("unknown_currency", {"currency": action.currency}))
		return reasons

	def _changed(self, key: str, line) -> bool:
		"""Paid or paid in part since it was planned: the customer must not see the old amount."""
		return abs(self.outstanding.get(key, 0) - line.outstanding) > 0.005


def policy() -> HoldPolicy:
	"""The settings as the engine's policy."""
	doc = settings.get()
	return HoldPolicy(
		stale_after_business_days=doc.stale_feed_days or None,
		send_from=settings.as_time(doc.sending_from) or time(0, 0),
		send_to=settings.as_time(doc.sending_until) or time(0, 0),
		contact_limit=doc.contact_limit or None,
		contact_limit_days=doc.contact_limit_days or 1,
		weekends=bool(doc.send_on_weekends),
	)


def last_statement_on(company: str) -> date | None:
	"""How far the bank data reaches: of several accounts with a feed, the one that is furthest behind."""
	account = DocType("Bank Account")
	day = (
		frappe.qb.from_(account)
		.select(Min(account.last_integration_date))
		.where(
			(account.company == company)
			& (account.is_company_account == 1)
			& (account.disabled == 0)
			& account.last_integration_date.isnotnull()
		)
	).run()[0][0]
	return getdate(day) if day else None


def recent_contacts(company: str, as_of: date, days: int) -> dict[str, int]:
	"""Customer -> messages of the last days, those on their way included; calls do not count."""
	action = DocType("Collection Action")
	rows = (
		frappe.qb.from_(action)
		.select(action.customer, Count(action.name))
		.where(
			(action.company == company)
			& (action.channel != "Call")
			& action.status.isin(["Queued", "Sending", "Sent", "Delivered", "Proved", "Uncertain"])
			& (action.sent_at.isnull() | (action.sent_at > as_of - timedelta(days=days)))
		)
		.groupby(action.customer)
	).run()
	return dict(rows)
