"""News of money: what is overdue against the last snapshot, and what came in since."""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType, Order
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from collections_app.services.cockpit.movers import OVERDUE, moved
from collections_app.services.cockpit.narrow import narrow, seen_cases
from collections_app.services.cockpit.news_items import BAD, GOOD, NEUTRAL, item, money
from collections_app.services.cockpit.overdue import overdue
from collections_app.services.cockpit.scope import Scope
from collections_app.services.history import is_receipt

# what one customer must have of a change to be told for it
MOSTLY = 0.5
# so long after its day a payment is booked at most
REACH = timedelta(days=7)


def overdue_moved(scope: Scope) -> dict | None:
	found = overdue(scope)
	now, change = found.now, flt(found.now - found.before[1], 2)
	if abs(change) < 0.005:
		text, tone = _("Overdue stands at {0}, as before.").format(money(scope, now)), NEUTRAL
	else:
		template = _("Overdue rose by {0} to {1}") if change > 0 else _("Overdue fell by {0} to {1}")
		text = template.format(money(scope, abs(change)), money(scope, now))
		text += _mostly(scope, change) + "."
		tone = BAD if change > 0 else GOOD
	return item(text, tone, ["List", "Collection Case"], scope.list_filters(status="Open", overdue=[">", 0]))


def _mostly(scope: Scope, change: float) -> str:
	"""Who moved it, where that is one customer."""
	rows = moved(scope, 1, OVERDUE, Order.desc if change > 0 else Order.asc)
	seen = seen_cases([row["case"] for row in rows])
	largest = next((row for row in rows if row["case"] in seen), None)
	if not largest or abs(largest["change"]) < MOSTLY * abs(change):
		return ""
	sign = "+" if change > 0 else "−"
	amount = sign + money(scope, abs(largest["change"]))
	return ", " + _("mostly {0} ({1})").format(largest["customer_name"], amount)


def payments(scope: Scope, since: datetime) -> dict | None:
	"""What was booked since, also with some delay; a history that is brought in is no news."""
	entry = DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(entry)
		.select(entry.company, entry.party, (-Sum(entry.amount)).as_("amount"))
		.where(
			entry.company.isin([*scope.companies, ""])
			& is_receipt(entry)
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
		_("{0} came in, from one customer.").format(money(scope, total))
		if len(paid) == 1
		else _("{0} came in, from {1} customers.").format(money(scope, total), len(paid))
	)
	options = {
		"company": ["in", list(scope.companies)],
		"party_type": "Customer",
		"docstatus": 1,
		# a list asks for days
		"creation": [">=", str(since.date())],
		**scope.team_parties(),
	}
	return item(text, GOOD if total > 0 else BAD, ["List", "Payment Entry"], options)
