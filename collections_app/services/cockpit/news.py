"""What changed since yesterday, in sentences: since the last snapshot of an earlier day."""

from datetime import date, datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import format_datetime, format_time, get_datetime, getdate

from collections_app.services.cockpit import feeds, news_money, news_work
from collections_app.services.cockpit.news_items import BAD, item
from collections_app.services.cockpit.scope import Scope


def news(scope: Scope) -> dict:
	"""`since`: the day of the snapshot that is compared with; `items`: text, tone (good, bad, neutral), route and
	options of the list behind it. Without a snapshot of an earlier day there is nothing to compare with: since is None."""
	day, since = baseline(scope)
	if not day:
		return {"since": None, "items": []}
	items = [
		news_money.overdue_moved(scope),
		news_money.payments(scope, since),
		news_work.promises(scope, day),
		news_work.given(scope, since),
		news_work.disputes(scope, day, since),
		news_work.messages(scope, since),
		news_work.riskier(scope, day),
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


def _run(scope: Scope) -> dict | None:
	"""A run of today that went wrong, or that has not been."""
	frappe.has_permission("Collection Run", "read", throw=True)
	# that it failed is told also to who sees some customers and may not open it
	runs = frappe.get_all(
		"Collection Run",
		filters={"company": ["in", [*scope.companies, ""]], "run_date": scope.today, "status": "Failed"},
		fields=["name", "company"],
		order_by="name",
		limit=1,
	)
	if not runs:
		return None
	text = _("The run of {0} failed today.").format(runs[0].company)
	return item(text, BAD, ["Form", "Collection Run", runs[0].name] if scope.customers is None else None)


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
		found.append(item(text, BAD, ["Form", "Connector Config", one["connection"]]))
	return found


def _moment(scope: Scope, moment: datetime) -> str:
	"""The time for today, the day for others."""
	moment = get_datetime(moment)
	return format_time(moment, "HH:mm") if getdate(moment) == scope.today else format_datetime(moment)
