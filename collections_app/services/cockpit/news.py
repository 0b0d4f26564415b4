"""What changed since yesterday, in sentences: since the last snapshot of an earlier day."""

from collections import Counter
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Count, Max, Sum
from frappe.utils import flt, fmt_money, format_datetime, format_time, get_datetime, getdate

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.cockpit import feeds
from collections_app.services.cockpit.cash import narrow
from collections_app.services.cockpit.indicators import overdue_now
from collections_app.services.cockpit.movers import OVERDUE, column_before, moved, narrow_cases, seen_cases
from collections_app.services.cockpit.scope import Scope
from collections_app.services.scoring import AT_RISK

GOOD, BAD, NEUTRAL = "good", "bad", "neutral"
# what one customer must have of a change to be told for it
MOSTLY = 0.5
# so long after its day a payment is booked at most
REACH = timedelta(days=7)


def news(scope: Scope) -> dict:
	"""`since`: the day of the snapshot that is compared with; `items`: text, tone (good, bad, neutral), route and
	options of the list behind it. Without a snapshot of an earlier day there is nothing to compare with: since is None."""
	day, since = baseline(scope)
	if not day:
		return {"since": None, "items": []}
	items = [
		_overdue(scope),
		_payments(scope, since),
		_promises(scope, day),
		_given(scope, since),
		_disputes(scope, day, since),
		_messages(scope, since),
		_riskier(scope, day),
		_run(scope),
		*_feeds(scope),
	]
	return {"since": day, "items": [one for one in items if one]}


def baseline(scope: Scope) -> tuple[date | None, datetime | None]:
	"""Day and moment of the newest snapshot of an earlier day; of several companies the earliest of these."""
	snapshot, newest = DocType("Receivables Snapshot"), DocType("Receivables Snapshot")
	last = (
		frappe.qb.from_(newest)
		.select(newest.company, Max(newest.snapshot_date).as_("day"))
		.where(
			newest.company.isin([*scope.companies, ""])
			& (newest.snapshot_date < scope.today)
			& (newest.rebuilt == 0)
		)
		.groupby(newest.company)
	).as_("last")
	rows = (
		frappe.qb.from_(snapshot)
		.inner_join(last)
		.on((last.company == snapshot.company) & (last.day == snapshot.snapshot_date))
		.select(snapshot.snapshot_date, snapshot.modified)
	).run()
	return min(((getdate(day), get_datetime(moment)) for day, moment in rows), default=(None, None))


def _item(text: str, tone: str, route: list, options: dict | None = None) -> dict:
	return {"text": text, "tone": tone, "route": route, "options": options or {}}


def _money(scope: Scope, amount: float) -> str:
	return fmt_money(amount, precision=0, currency=scope.currency)


def _overdue(scope: Scope) -> dict | None:
	now = overdue_now(scope)[0]
	then = _overdue_before(scope)
	change = flt(now - then, 2)
	if abs(change) < 0.005:
		text, tone = _("Overdue stands at {0}, as before.").format(_money(scope, now)), NEUTRAL
	else:
		template = _("Overdue rose by {0} to {1}") if change > 0 else _("Overdue fell by {0} to {1}")
		text = template.format(_money(scope, abs(change)), _money(scope, now))
		text += _mostly(scope, change) + "."
		tone = BAD if change > 0 else GOOD
	return _item(text, tone, ["List", "Collection Case"], scope.list_filters(status="Open", overdue=[">", 0]))


def _overdue_before(scope: Scope) -> float:
	case = DocType("Collection Case")
	then = column_before(scope, case, OVERDUE, 1)
	query = frappe.qb.from_(case).select(case.company, Sum(then)).groupby(case.company)
	return flt(
		sum(scope.into(amount, company) for company, amount in narrow_cases(scope, query, case).run()), 2
	)


def _mostly(scope: Scope, change: float) -> str:
	"""Who moved it, where that is one customer."""
	rows = moved(scope, 1, OVERDUE, Order.desc if change > 0 else Order.asc)
	seen = seen_cases([row["case"] for row in rows])
	largest = next((row for row in rows if row["case"] in seen), None)
	if not largest or abs(largest["change"]) < MOSTLY * abs(change):
		return ""
	sign = "+" if change > 0 else "−"
	amount = sign + _money(scope, abs(largest["change"]))
	return ", " + _("mostly {0} ({1})").format(largest["customer_name"], amount)


def _payments(scope: Scope, since: datetime) -> dict | None:
	"""What was booked since, also with some delay; a history that is brought in is no news."""
	entry = DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(entry)
		.select(entry.company, entry.party, (-Sum(entry.amount)).as_("amount"))
		.where(
			entry.company.isin([*scope.companies, ""])
			& (entry.delinked == 0)
			& (entry.account_type == "Receivable")
			& (entry.party_type == "Customer")
			& entry.voucher_type.isin(["Payment Entry", "Journal Entry"])
			& (entry.creation > since)
			& (entry.posting_date >= since.date() - REACH)
		)
		.groupby(entry.company, entry.party)
	)
	rows = narrow(scope, query, entry.company, entry.party).run()
	if not rows:
		return None
	paid = {party for _company, party, amount in rows if flt(amount) > 0}
	total = flt(sum(scope.into(flt(amount), company) for company, _party, amount in rows), 2)
	text = (
		_("{0} came in, from one customer.").format(_money(scope, total))
		if len(paid) == 1
		else _("{0} came in, from {1} customers.").format(_money(scope, total), len(paid))
	)
	options = {
		"company": ["in", list(scope.companies)],
		"party_type": "Customer",
		"docstatus": 1,
		# a list asks for days
		"creation": [">=", str(since.date())],
		**scope.team_parties(),
	}
	return _item(text, GOOD if total > 0 else BAD, ["List", "Payment Entry"], options)


def _promises(scope: Scope, day: date) -> dict | None:
	"""Promises that were settled since."""
	rows = scope.of_team(
		frappe.get_list(
			"Promise to Pay",
			filters=scope.filters(settled_on=[">", day], status=["in", list(SETTLED)]),
			fields=["name", "case", "status"],
			order_by="name",
			limit=0,
		)
	)
	if not rows:
		return None
	counts = Counter(row.status for row in rows)
	parts = [SETTLED[status](counts[status]) for status in SETTLED if counts[status]]
	return _item(
		_and(parts) + ".",
		BAD if counts["Broken"] > counts["Kept"] else GOOD,
		["List", "Promise to Pay"],
		{"name": ["in", [row.name for row in rows]]},
	)


SETTLED = {
	"Broken": lambda count: (
		_("1 promise was broken") if count == 1 else _("{0} promises were broken").format(count)
	),
	"Partly Kept": lambda count: (
		_("1 promise was partly kept") if count == 1 else _("{0} promises were partly kept").format(count)
	),
	"Kept": lambda count: (
		_("1 promise was kept") if count == 1 else _("{0} promises were kept").format(count)
	),
}


def _and(parts: list[str]) -> str:
	return parts[0] if len(parts) == 1 else _("{0} and {1}").format(", ".join(parts[:-1]), parts[-1])


def _given(scope: Scope, since: datetime) -> dict | None:
	"""New promises."""
	rows = scope.of_team(
		frappe.get_list(
			"Promise to Pay",
			filters=scope.filters(creation=[">", since]),
			fields=["name", "case", "amount", "currency"],
			order_by="name",
			limit=0,
		)
	)
	if not rows:
		return None
	total = _money(scope, sum(scope.from_currency(row.amount, row.currency) for row in rows))
	text = (
		_("1 promise of {0} was given.").format(total)
		if len(rows) == 1
		else _("{0} promises of {1} were given.").format(len(rows), total)
	)
	return _item(text, GOOD, ["List", "Promise to Pay"], {"name": ["in", [row.name for row in rows]]})


def _disputes(scope: Scope, day: date, since: datetime) -> dict | None:
	"""Disputes opened and closed."""
	fields = {"fields": ["name", "case", "status"], "order_by": "name", "limit": 0}
	opened = scope.of_team(
		frappe.get_list("Invoice Dispute", filters=scope.filters(creation=[">", since]), **fields)
	)
	closed = scope.of_team(
		frappe.get_list(
			"Invoice Dispute",
			filters=scope.filters(closed_on=[">", day], status=["!=", "Open"]),
			**fields,
		)
	)
	parts = []
	if opened:
		one = _("1 dispute was opened")
		parts.append(one if len(opened) == 1 else _("{0} disputes were opened").format(len(opened)))
	if closed:
		one = _("1 dispute was closed")
		parts.append(one if len(closed) == 1 else _("{0} disputes were closed").format(len(closed)))
	if not parts:
		return None
	names = sorted({row.name for row in (*opened, *closed)})
	tone = BAD if len(opened) > len(closed) else GOOD
	return _item(_and(parts) + ".", tone, ["List", "Invoice Dispute"], {"name": ["in", names]})


def _messages(scope: Scope, since: datetime) -> dict | None:
	"""What went out, and what could not."""
	action = DocType("Collection Action")
	sent = action.status.isin(["Sending", *GONE_OUT]) & (action.sending_started_at > since)
	failed = action.status.isin(["Failed", "Uncertain"]) & (action.modified > since)
	query = (
		frappe.qb.from_(action)
		.select(action.status, Count(action.name))
		.where(action.company.isin([*scope.companies, ""]) & (sent | failed))
		.groupby(action.status)
	)
	counts = Counter(dict(narrow(scope, query, action.company, action.customer).run()))
	bad = counts.pop("Failed", 0) + counts.pop("Uncertain", 0)
	good = sum(counts.values())
	parts = []
	if good:
		parts.append(_("1 message went out") if good == 1 else _("{0} messages went out").format(good))
	if bad:
		parts.append(_("1 message failed") if bad == 1 else _("{0} messages failed").format(bad))
	if not parts:
		return None
	options = {"company": ["in", list(scope.companies)], "sending_started_at": [">=", str(since.date())]}
	if bad:
		options = {"company": ["in", list(scope.companies)], "status": ["in", ["Failed", "Uncertain"]]}
	return _item(_and(parts) + ".", BAD if bad else NEUTRAL, ["List", "Collection Action"], options)


def _riskier(scope: Scope, day: date) -> dict | None:
	"""Who came into the bands at risk."""
	rows = scope.of_team(
		frappe.get_list(
			"Risk Score",
			filters=scope.filters(
				as_of=[">", day],
				band=["in", list(AT_RISK)],
				previous_band=["in", [band for band in "ABCDE" if band not in AT_RISK]],
			),
			fields=["name", "case", "customer_name", "customer", "band"],
			order_by="score",
			limit=0,
		)
	)
	if not rows:
		return None
	first = rows[0]
	text = (
		_("{0} came into risk band {1}.").format(first.customer_name or first.customer, first.band)
		if len(rows) == 1
		else _("{0} customers came into risk band {1}.").format(len(rows), " / ".join(AT_RISK))
	)
	return _item(text, BAD, ["List", "Risk Score"], {"name": ["in", [row.name for row in rows]]})


def _run(scope: Scope) -> dict | None:
	"""A run of today that went wrong, or that has not been."""
	runs = frappe.get_list(
		"Collection Run",
		filters={"company": ["in", [*scope.companies, ""]], "run_date": scope.today, "status": "Failed"},
		fields=["name", "company"],
		order_by="name",
		limit=1,
	)
	if not runs:
		return None
	text = _("The run of {0} failed today.").format(runs[0].company)
	return _item(text, BAD, ["Form", "Collection Run", runs[0].name])


def _feeds(scope: Scope) -> list[dict]:
	"""Connections that fail, for those who may see them."""
	if not frappe.has_permission("Connector Config", "read"):
		return []
	found = []
	for one in feeds.stream_states(scope):
		if one["state"] != feeds.FAILING:
			continue
		name = f"{one['connection']} ({one['label']})"
		text = (
			_("{0} has failed since {1}.").format(name, _moment(scope, one["since"]))
			if one["since"]
			else _("{0} has failed so far.").format(name)
		)
		found.append(_item(text, BAD, ["Form", "Connector Config", one["connection"]]))
	return found


def _moment(scope: Scope, moment: datetime) -> str:
	"""The time for today, the day for others."""
	moment = get_datetime(moment)
	return format_time(moment, "HH:mm") if getdate(moment) == scope.today else format_datetime(moment)
