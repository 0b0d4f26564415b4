"""News of the work: promises, disputes, messages, and customers at risk."""

from collections import Counter
from datetime import date, datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.cockpit.narrow import narrow
from collections_app.services.cockpit.news_items import BAD, GOOD, NEUTRAL, item, joined, money
from collections_app.services.cockpit.scope import Scope
from collections_app.services.scoring import AT_RISK


def promises(scope: Scope, day: date) -> dict | None:
	"""Promises that were settled since."""
	rows = scope.rows_of("Promise to Pay", ["status"], settled_on=[">", day], status=["in", list(SETTLED)])
	if not rows:
		return None
	counts = Counter(row.status for row in rows)
	parts = [SETTLED[status](counts[status]) for status in SETTLED if counts[status]]
	return item(
		joined(parts) + ".",
		BAD if counts["Broken"] else GOOD,
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


def given(scope: Scope, since: datetime) -> dict | None:
	"""New promises."""
	rows = scope.rows_of("Promise to Pay", ["amount", "currency"], creation=[">", since])
	if not rows:
		return None
	total = money(scope, sum(scope.from_currency(row.amount, row.currency) for row in rows))
	text = (
		_("1 promise of {0} was given.").format(total)
		if len(rows) == 1
		else _("{0} promises of {1} were given.").format(len(rows), total)
	)
	return item(text, GOOD, ["List", "Promise to Pay"], {"name": ["in", [row.name for row in rows]]})


def disputes(scope: Scope, day: date, since: datetime) -> dict | None:
	"""Disputes opened and closed."""
	opened = scope.rows_of("Invoice Dispute", creation=[">", since])
	closed = scope.rows_of("Invoice Dispute", closed_on=[">", day], status=["!=", "Open"])
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
	return item(joined(parts) + ".", tone, ["List", "Invoice Dispute"], {"name": ["in", names]})


def messages(scope: Scope, since: datetime) -> dict | None:
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
	return item(joined(parts) + ".", BAD if bad else NEUTRAL, ["List", "Collection Action"], options)


def riskier(scope: Scope, day: date) -> dict | None:
	"""Who came into the bands at risk."""
	rows = scope.rows_of(
		"Risk Score",
		["customer_name", "band"],
		order_by="score",
		as_of=[">", day],
		band=["in", list(AT_RISK)],
		previous_band=["in", [band for band in "ABCDE" if band not in AT_RISK]],
	)
	if not rows:
		return None
	first = rows[0]
	text = (
		_("{0} came into risk band {1}.").format(first.customer_name or first.customer, first.band)
		if len(rows) == 1
		else _("{0} customers came into risk band {1}.").format(len(rows), " / ".join(AT_RISK))
	)
	return item(text, BAD, ["List", "Risk Score"], {"name": ["in", [row.name for row in rows]]})
