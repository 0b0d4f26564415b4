"""What each collector did and what came in of its customers, by day. Frames; a constant number of queries."""

from datetime import timedelta

import pandas as pd
from pypika.functions import Date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Count, Sum

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.frames import query_frame
from collections_app.services.history import is_receipt
from collections_app.services.team.scope import Scope, whose_case

CALLS, MESSAGES, PROMISES, DISPUTES = "calls", "messages", "promises", "disputes"
KINDS = (CALLS, MESSAGES, PROMISES, DISPUTES)
# what a person did; a message is the plan's
BY_HAND = (CALLS, PROMISES, DISPUTES)
# what is planned as a task is counted when it is done
NO_MESSAGES = ("Call", "Task")


def done(scope: Scope) -> pd.DataFrame:
	"""collector, company, day, kind (KINDS), count in the period.

	Calls, promises and disputes are counted for who recorded them; messages that went out for the collector of the case.
	"""
	parts = [_calls(scope), _messages(scope)]
	parts += [
		_recorded(scope, doctype, kind)
		for kind, doctype in ((PROMISES, "Promise to Pay"), (DISPUTES, "Invoice Dispute"))
	]
	return pd.concat(parts, ignore_index=True)


def _counted(query, kind: str) -> pd.DataFrame:
	return query_frame(query, ["day"], ["count"]).assign(kind=kind)


def _within(query, moment, scope: Scope):
	return query.where((moment >= scope.since) & (moment < scope.until + timedelta(days=1)))


def _calls(scope: Scope) -> pd.DataFrame:
	call, case = DocType("Communication"), DocType("Collection Case")
	query = (
		frappe.qb.from_(call)
		.inner_join(case)
		.on(case.name == call.reference_name)
		.select(
			call.owner.as_("collector"),
			case.company,
			Date(call.creation).as_("day"),
			Count(call.name).as_("count"),
		)
		.where((call.reference_doctype == "Collection Case") & (call.communication_medium == "Phone"))
		.groupby(call.owner, case.company, Date(call.creation))
	)
	return _counted(
		scope.narrow(_within(query, call.creation, scope), case.company, case.customer, call.owner), CALLS
	)


def _messages(scope: Scope) -> pd.DataFrame:
	action, case = DocType("Collection Action"), DocType("Collection Case")
	person = Coalesce(case.collector, "")
	query = (
		frappe.qb.from_(action)
		.inner_join(case)
		.on(case.name == action.case)
		.select(
			person.as_("collector"),
			action.company,
			Date(action.sent_at).as_("day"),
			Count(action.name).as_("count"),
		)
		.where(action.status.isin(GONE_OUT) & action.channel.notin(NO_MESSAGES))
		.groupby(person, action.company, Date(action.sent_at))
	)
	return _counted(
		scope.narrow(_within(query, action.sent_at, scope), action.company, action.customer, person), MESSAGES
	)


def _recorded(scope: Scope, doctype: str, kind: str) -> pd.DataFrame:
	table = DocType(doctype)
	query = (
		frappe.qb.from_(table)
		.select(
			table.owner.as_("collector"),
			table.company,
			Date(table.creation).as_("day"),
			Count(table.name).as_("count"),
		)
		.groupby(table.owner, table.company, Date(table.creation))
	)
	return _counted(
		scope.narrow(_within(query, table.creation, scope), table.company, table.customer, table.owner), kind
	)


def collected(scope: Scope) -> pd.DataFrame:
	"""collector, company, day, amount in company currency: payments of the customers whose cases are theirs today, also while
	a deputy works them.

	A payment taken back counts negative on its day.
	"""
	entry = DocType("Payment Ledger Entry")
	query, person = whose_case(frappe.qb.from_(entry), entry.company, entry.party)
	query = (
		query.select(
			person.as_("collector"),
			entry.company,
			entry.posting_date.as_("day"),
			(-Sum(entry.amount)).as_("amount"),
		)
		.where(is_receipt(entry) & (entry.posting_date >= scope.since) & (entry.posting_date <= scope.until))
		.groupby(person, entry.company, entry.posting_date)
	)
	return query_frame(scope.narrow(query, entry.company, entry.party, person), ["day"], ["amount"])


def in_one_currency(scope: Scope, money: pd.DataFrame) -> pd.DataFrame:
	"""What was `collected`, with its amounts in the scope's currency."""
	return money.assign(amount=money["amount"] * money["company"].map(scope.rates))
