"""An event of a case's timeline, and the page of events that is asked for."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

import frappe
from frappe import _
from frappe.utils import escape_html, fmt_money, get_datetime, get_link_to_form, getdate


@dataclass(frozen=True)
class Event:
	"""`moment` and `key` place it; what is known by its day alone stands at midnight. `content` is HTML."""

	moment: datetime
	key: str
	content: str
	doctype: str
	name: str
	kind: str = ""
	icon: str = ""
	company: str = ""

	def __post_init__(self):
		# SQLite gives text
		object.__setattr__(self, "moment", get_datetime(self.moment))

	def of_kind(self, kind: str, icon: str, company: str = "") -> "Event":
		return replace(self, kind=kind, icon=icon, company=company)

	def as_dict(self) -> dict:
		return {
			"kind": self.kind,
			"icon": self.icon,
			"moment": str(self.moment),
			"content": f'<span class="case-event" data-kind="{self.kind}">{self.content}</span>',
			"doctype": self.doctype,
			"name": self.name,
			"company": self.company,
		}


@dataclass(frozen=True)
class Page:
	"""Events of this case before the cursor (all when `moment` is None), at most `limit` of them."""

	case: str
	customer: str
	company: str
	moment: datetime | None
	key: str
	limit: int

	def cut(self, query, field, key):
		"""`query` before the cursor, the latest first; `field` holds date and time."""
		if self.moment is not None:
			query = query.where((field < self.moment) | ((field == self.moment) & (key < self.key)))
		return self._latest(query, field, key)

	def cut_days(self, query, field, key):
		"""The same where `field` holds a day: it stands at midnight."""
		if self.moment is not None:
			day = self.moment.date()
			if self.moment.time() > time.min:
				query = query.where(field <= day)
			else:
				query = query.where((field < day) | ((field == day) & (key < self.key)))
		return self._latest(query, field, key)

	def _latest(self, query, field, key):
		return query.orderby(field, key, order=frappe.qb.desc).limit(self.limit)


def at(day: date) -> datetime:
	"""The moment at which something stands of which only the day is known."""
	return datetime.combine(getdate(day), time.min)


def link(doctype: str, name: str, text: str) -> str:
	return get_link_to_form(doctype, name, escape_html(text))


def money(amount, currency: str | None) -> str:
	return escape_html(fmt_money(amount or 0, currency=currency))


def state(status: str) -> str:
	return f'<span class="case-state" data-status="{escape_html(status)}">{escape_html(_(status))}</span>'
