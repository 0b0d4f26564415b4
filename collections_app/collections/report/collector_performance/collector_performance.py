"""Each collector's portfolio, what came in of it, what they did, and how their customers kept what they promised."""

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import flt

from collections_app.services import reporting
from collections_app.services.team.activity import KINDS, collected, done
from collections_app.services.team.portfolios import portfolios
from collections_app.services.team.scope import Scope, make_scope, names_of

DECIDED = ("Kept", "Partly Kept", "Broken")
MOST_BARS = 15


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	since, until = reporting.period_of(filters, 1)
	scope = make_scope(filters.company, filters.team, since, until, filters.collector)
	if not scope.companies:
		return get_columns(), []
	rows = get_rows(scope)
	return get_columns(), rows, None, get_chart(rows, scope.currency), get_summary(rows, scope.currency)


def get_columns() -> list[dict]:
	return [
		reporting.link("collector", _("Collector"), "User", 200),
		reporting.text("name", _("Name"), 150),
		reporting.whole("cases", _("Open Cases"), 125),
		reporting.whole("open_items", _("Open Items"), 125),
		reporting.money("overdue", _("Overdue")),
		reporting.money("outstanding", _("Outstanding")),
		reporting.money("collected", _("Collected")),
		reporting.percent("rate", _("Collected (%)"), 125),
		reporting.whole("calls", _("Calls"), 80),
		reporting.whole("messages", _("Messages"), 100),
		reporting.whole("promises", _("Promises"), 95),
		reporting.whole("disputes", _("Disputes"), 95),
		reporting.percent("kept_rate", _("Promises Kept (%)"), 175),
		reporting.money("promised", _("Promised")),
		reporting.currency_column(),
	]


def get_rows(scope: Scope) -> list[dict]:
	"""One row a collector. Collected (%): of what came in and is overdue still, the part that came in."""
	rows = {row["collector"]: row for row in portfolios(scope)["rows"]}
	money = collected(scope).groupby("collector")["amount"].sum()
	acts = done(scope).pivot_table(
		index="collector", columns="kind", values="count", aggfunc="sum", fill_value=0
	)
	acts = acts.reindex(columns=list(KINDS), fill_value=0)
	promises = promises_due(scope)
	people = sorted({*rows, *money.index, *acts.index, *promises})
	named, found = names_of(people), []
	for person in people:
		row = rows.get(person, {})
		came = flt(money.get(person), 2)
		kept = promises.get(person, frappe._dict(kept=0, decided=0, promised=0.0))
		overdue = flt(row.get("overdue"), 2)
		found.append(
			{
				"collector": person,
				"name": named[person],
				**{field: row.get(field, 0) for field in ("cases", "open_items")},
				"overdue": overdue,
				"outstanding": flt(row.get("outstanding"), 2),
				"collected": came,
				"rate": reporting.share(came, came + overdue) if came > 0 else None,
				**{kind: int(acts[kind].get(person, 0)) for kind in KINDS},
				"kept_rate": reporting.share(kept.kept, kept.decided),
				"promised": flt(kept.promised, 2),
				"currency": scope.currency,
			}
		)
	return sorted(found, key=lambda row: (-row["collected"], -row["overdue"], row["name"]))


def promises_due(scope: Scope) -> dict[str, frappe._dict]:
	"""Collector of the case -> kept, decided, promised (in the company's currency), of the promises due in the period."""
	promise, case = DocType("Promise to Pay"), DocType("Collection Case")
	person = Coalesce(case.collector, "")
	query = (
		frappe.qb.from_(promise)
		.inner_join(case)
		.on((case.company == promise.company) & (case.customer == promise.customer))
		.select(
			person.as_("collector"),
			Sum(Case().when(promise.status == "Kept", 1).else_(0)).as_("kept"),
			Count(Case().when(promise.status.isin(DECIDED), promise.name)).as_("decided"),
			Sum(Case().when(promise.currency == scope.currency, promise.amount).else_(0)).as_("promised"),
		)
		.where((promise.due_on >= scope.since) & (promise.due_on <= scope.until))
		.where(promise.status != "Cancelled")
		.groupby(person)
	)
	rows = scope.narrow(query, promise.company, promise.customer, person).run(as_dict=True)
	return {row.collector: row for row in rows}


def get_chart(rows: list[dict], currency: str) -> dict | None:
	rows = rows[:MOST_BARS]
	if not rows:
		return None
	return {
		"data": {
			"labels": [row["name"] for row in rows],
			"datasets": [
				{"name": _("Collected"), "values": [row["collected"] for row in rows]},
				{"name": _("Overdue"), "values": [row["overdue"] for row in rows]},
			],
		},
		"type": "bar",
		"colors": [reporting.GREEN, reporting.ORANGE],
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	if not rows:
		return []
	return [
		reporting.figure(_("Open Cases"), sum(row["cases"] for row in rows)),
		reporting.sum_figure(_("Overdue"), sum(row["overdue"] for row in rows), currency, "Orange"),
		reporting.sum_figure(_("Collected"), sum(row["collected"] for row in rows), currency, "Green"),
		reporting.figure(_("Calls"), sum(row["calls"] for row in rows), "Int", "Grey"),
	]
