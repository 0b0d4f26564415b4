"""What changed of a customer's credit, in a case's timeline: reports, covers, limits, and the hand-over of the case. Each
function takes a Page and returns its latest Events before it.
"""

import json
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, flt, fmt_money, formatdate, get_datetime, get_fullname

from collections_app.engine.channels import HAND_OVER
from collections_app.services.cases.timeline_events import Event, Page, link, money, state
from collections_app.services.settings import company_currency

COVER, REPORT, LIMIT = "Credit Cover", "Credit Report", "Credit Limit Proposal"
CHANGES = {
	"Request": lambda: _("Cover asked for"),
	"Raise": lambda: _("More cover asked for"),
	"Lower": lambda: _("Less cover asked for"),
	"Cancel": lambda: _("Cover given back"),
	"Declare Overdue": lambda: _("Overdue declared"),
}
# of a cover, what its history tells, and whether it is an amount
TOLD = {"status": False, "amount": True}


def reports(page: Page) -> Iterable[Event]:
	"""Credit reports, when they came."""
	report = DocType(REPORT)
	rows = page.cut(
		_of_customer(report, page).select(
			*(report[field] for field in ("name", "creation", "provider", "summary", "has_score")),
			*(report[field] for field in ("score_0_100", "provider_score")),
		),
		report.creation,
		report.name,
	).run(as_dict=True)
	for row in rows:
		parts = [link(REPORT, row.name, _("Report of {0}").format(row.provider or ""))]
		if row.has_score:
			parts.append(escape_html(_("{0} of 100").format(round(flt(row.score_0_100)))))
		elif row.provider_score:
			parts.append(escape_html(row.provider_score))
		if row.summary:
			parts.append(f'<span class="text-muted">{escape_html(row.summary)}</span>')
		yield Event(row.creation, row.name, " · ".join(parts), REPORT, row.name)


def covers(page: Page) -> Iterable[Event]:
	"""Covers as they were entered or came from the insurer."""
	cover = DocType(COVER)
	rows = page.cut(
		_of_customer(cover, page).select(
			*(cover[field] for field in ("name", "creation", "insurer", "currency", "valid_until")),
			*(cover[field] for field in ("amount", "amount_requested", "status")),
		),
		cover.creation,
		cover.name,
	).run(as_dict=True)
	for row in rows:
		text = _("Cover of {0}").format(row.insurer or "")
		parts = [link(COVER, row.name, text), money(row.amount or row.amount_requested, row.currency)]
		if row.valid_until:
			parts.append(escape_html(_("until {0}").format(formatdate(row.valid_until))))
		yield Event(row.creation, row.name, " · ".join(parts), COVER, row.name)


def cover_changes(page: Page) -> Iterable[Event]:
	"""What became another of a cover: its amount, its status."""
	cover, version = DocType(COVER), DocType("Version")
	rows = page.cut(
		_of_customer(cover, page)
		.inner_join(version)
		.on((version.ref_doctype == COVER) & (version.docname == cover.name))
		.select(version.name, version.creation, version.data, version.owner)
		.select(cover.name.as_("cover"), cover.insurer, cover.currency)
		# a version about something else would take the place of one that is shown
		.where(version.data.like('%"amount"%') | version.data.like('%"status"%')),
		version.creation,
		version.name,
	).run(as_dict=True)
	for row in rows:
		told = [
			_("{0} instead of {1}").format(
				_shown(field, now, row.currency), _shown(field, before, row.currency)
			)
			for field, before, now in _changed(row.data)
			if field in TOLD
		]
		if not told:
			continue
		parts = [link(COVER, row.cover, _("Cover of {0}").format(row.insurer or "")), *map(escape_html, told)]
		yield Event(row.creation, row.name, " · ".join(parts), COVER, row.cover)


def cover_requests(page: Page) -> Iterable[Event]:
	"""What the insurer was asked, with its answer."""
	request = DocType("Cover Request")
	rows = page.cut(
		_of_customer(request, page).select(
			*(request[field] for field in ("name", "creation", "change", "status", "amount")),
			*(request[field] for field in ("currency", "answer", "owner")),
		),
		request.creation,
		request.name,
	).run(as_dict=True)
	for row in rows:
		title = CHANGES[row.change]() if row.change in CHANGES else _(row.change or "")
		parts = [link("Cover Request", row.name, title)]
		if row.amount:
			parts.append(money(row.amount, row.currency))
		parts.append(state(row.status))
		if row.answer:
			parts.append(escape_html(_(row.answer)))
		yield Event(row.creation, row.name, " · ".join(parts), "Cover Request", row.name)


def limits_proposed(page: Page) -> Iterable[Event]:
	proposal = DocType(LIMIT)
	rows = page.cut(
		_of_customer(proposal, page).select(
			*(
				proposal[field]
				for field in ("name", "creation", "proposed_limit", "current_limit", "currency")
			),
		),
		proposal.creation,
		proposal.name,
	).run(as_dict=True)
	for row in rows:
		text = _("Limit of {0} proposed, instead of {1}").format(
			fmt_money(row.proposed_limit, currency=row.currency),
			fmt_money(row.current_limit, currency=row.currency),
		)
		yield Event(row.creation, row.name, link(LIMIT, row.name, text), LIMIT, row.name)


def limits_decided(page: Page) -> Iterable[Event]:
	proposal = DocType(LIMIT)
	rows = page.cut(
		_of_customer(proposal, page)
		.select(proposal.name, proposal.decided_at, proposal.decided_by, proposal.status)
		.select(proposal.approved_limit, proposal.currency, proposal.comment)
		.where(proposal.status.isin(["Approved", "Rejected"]) & proposal.decided_at.isnotnull()),
		proposal.decided_at,
		proposal.name,
	).run(as_dict=True)
	for row in rows:
		text = _("Limit of {0}").format(fmt_money(row.approved_limit, currency=row.currency))
		parts = [f"{link(LIMIT, row.name, text)} {state(row.status)}"]
		if row.decided_by:
			parts.append(escape_html(get_fullname(row.decided_by)))
		if row.comment:
			parts.append(escape_html(row.comment))
		yield Event(row.decided_at, row.name, " · ".join(parts), LIMIT, row.name)


def limits_set(page: Page) -> Iterable[Event]:
	"""Limits that somebody changed in the customer's record; those of a proposal are told with it."""
	version, row_table = DocType("Version"), DocType("Customer Credit Limit")
	own = dict(
		frappe.qb.from_(row_table)
		.select(row_table.name, row_table.company)
		.where((row_table.parent == page.customer) & (row_table.parenttype == "Customer"))
		.run()
	)
	rows = page.cut(
		frappe.qb.from_(version)
		.select(version.name, version.creation, version.data, version.owner)
		.where((version.ref_doctype == "Customer") & (version.docname == page.customer))
		.where(version.data.like('%"credit_limits"%')),
		version.creation,
		version.name,
	).run(as_dict=True)
	decided = [] if not rows else _decisions(page)
	currency = company_currency(page.company)
	for row in rows:
		if any(
			by == row.owner and abs((at - get_datetime(row.creation)).total_seconds()) < 10
			for by, at in decided
		):
			continue
		for before, now in _limit_changes(row.data, page.company, own):
			text = _("Limit of {0}, instead of {1}").format(
				fmt_money(now, currency=currency), fmt_money(before, currency=currency)
			)
			content = f"{link('Customer', page.customer, text)} · {escape_html(get_fullname(row.owner))}"
			yield Event(row.creation, row.name, content, "Customer", page.customer)


def taken_back(page: Page) -> Iterable[Event]:
	action = DocType("Collection Action")
	rows = page.cut(
		frappe.qb.from_(action)
		.select(action.name, action.taken_back_on)
		.where((action.case == page.case) & (action.channel == HAND_OVER))
		.where(action.taken_back_on.isnotnull()),
		action.taken_back_on,
		action.name,
	).run(as_dict=True)
	for row in rows:
		content = link("Collection Action", row.name, _("Taken back from the partner"))
		yield Event(row.taken_back_on, f"{row.name} back", content, "Collection Action", row.name)


def _of_customer(table, page: Page):
	return frappe.qb.from_(table).where((table.customer == page.customer) & (table.company == page.company))


def _changed(data: str) -> list[tuple]:
	"""field, before, now of a Version."""
	try:
		return [tuple(one[:3]) for one in json.loads(data or "{}").get("changed") or ()]
	except (ValueError, AttributeError):
		return []


def _shown(field: str, value, currency: str | None) -> str:
	if not TOLD[field]:
		return _(str(value or ""))
	# a Version keeps amounts as they were shown, or as numbers
	return fmt_money(value, currency=currency) if isinstance(value, int | float) else str(value or 0)


def _limit_changes(data: str, company: str, own: dict[str, str]) -> Iterable[tuple]:
	"""before, now of the company's limit in a Version of the customer. `own`: row -> company, of the rows there are."""
	try:
		version = json.loads(data or "{}")
	except ValueError:
		return
	for table, _index, name, changes in version.get("row_changed") or ():
		if table == "credit_limits" and own.get(name) == company:
			for field, before, now in (tuple(one[:3]) for one in changes):
				if field == "credit_limit":
					yield before, now
	for kind, sign in (("added", 1), ("removed", 0)):
		for table, row in version.get(kind) or ():
			if table == "credit_limits" and isinstance(row, dict) and row.get("company") == company:
				amount = flt(row.get("credit_limit"))
				yield (0, amount) if sign else (amount, 0)


def _decisions(page: Page) -> list[tuple]:
	"""decided_by, decided_at of the proposals that were approved."""
	rows = frappe.get_all(
		LIMIT,
		{
			"customer": page.customer,
			"company": page.company,
			"status": "Approved",
			"decided_at": ["is", "set"],
		},
		["decided_by", "decided_at"],
		order_by="decided_at",
	)
	return [(row.decided_by, get_datetime(row.decided_at)) for row in rows]
