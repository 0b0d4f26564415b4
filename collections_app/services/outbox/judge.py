"""What the judge of waiting actions knows: the facts of each and the company's rules, read once for all of them."""

from collections.abc import Mapping
from datetime import date, datetime, time

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Min
from frappe.utils import getdate, now_datetime

from collections_app.engine.calendar import Calendar
from collections_app.engine.channels import CONTACTS, INSURER_NOTICE, TASKS
from collections_app.engine.holds import HoldFacts, HoldPolicy, hold_reasons
from collections_app.engine.reasons import Reason
from collections_app.services import settings
from collections_app.services.credit.insurer_notice import covers_on
from collections_app.services.customers import customer_frame
from collections_app.services.outbox import covers
from collections_app.services.outbox.contacts import contact_days
from collections_app.services.outbox.senders import unconnected
from collections_app.services.plans.time_zones import local_time, zone_of
from collections_app.services.plans.work_calendar import (
	calendars_around,
	company_country,
	countries_of,
	country_codes,
)
from collections_app.services.run.context import RunContext

ADDRESSES = ("email", "phone", "postal_address")


class Judge:
	"""Says of each action why it must not go out now."""

	def __init__(self, context: RunContext, actions: list):
		self.context = context
		company = context.company
		self.outstanding = context.items.set_index("item")["outstanding"].to_dict()
		self.promised = covers.promised_invoices(company)
		self.disputed = covers.disputed_invoices(company)
		self.paid_online = covers.paid_online(company, context.run_date)
		self.paused_invoices = covers.paused_invoices(company, context.run_date)
		self.pauses = covers.customer_pauses(company)
		self.plan_pauses = covers.plan_pauses()
		self.handed_over = covers.handed_over_items(company)
		self.insured = set(covers_on(company, context.run_date))
		self.before_due = _steps_before_due({line.plan_step for action in actions for line in action.lines})
		self.last_statement = last_statement_on(company)
		self.contacts = contact_days(company, context.run_date)
		self.currencies = set(frappe.get_all("Currency", pluck="name"))
		people = customer_frame({action.customer for action in actions}).set_index("customer")
		people["country"] = countries_of(people, company)
		self.people = people.to_dict("index")
		self.zones = self._zones()
		countries = {company_country(company), *people["country"]}
		self.policy = policy(company, calendars_around(countries, context.run_date))
		self.collectors = dict(
			frappe.get_all(
				"Collection Case",
				{"name": ["in", [action.case for action in actions]]},
				["name", "collector"],
				as_list=True,
			)
		)

	def _zones(self) -> dict[str, str]:
		codes = country_codes(person["country"] for person in self.people.values())
		return {
			customer: zone_of(person["time_zone"], codes.get(person["country"]))
			for customer, person in self.people.items()
		}

	def email(self, action) -> str:
		return self._known(action, "email")

	def _known(self, action, field: str) -> str:
		value = self.people.get(action.customer, {}).get(field)
		return value if isinstance(value, str) else ""

	def nothing_left(self, action) -> bool:
		return all(line.item_key not in self.outstanding for line in action.lines)

	def count_contact(self, action) -> None:
		if action.channel in CONTACTS:
			self.contacts.setdefault(action.customer, []).append(self.context.run_date)

	def reasons(self, action) -> list[Reason]:
		reasons = hold_reasons(self.facts(action), self.policy)
		if action.channel in TASKS and not self.collectors.get(action.case):
			reasons.append(Reason("no_collector"))
		if action.channel == INSURER_NOTICE and action.customer not in self.insured:
			reasons.append(Reason("no_cover"))
		left_out = [line.item_key for line in action.lines if line.item_key in self.handed_over]
		if left_out:
			reasons.append(Reason("handed_over", {"items": left_out}))
		if action.currency not in self.currencies:
			reasons.append(Reason("unknown_currency", {"currency": action.currency}))
		return reasons

	def facts(self, action) -> HoldFacts:
		keys = {line.item_key: line for line in action.lines}

		def those(condition) -> frozenset[str]:
			return frozenset(key for key, line in keys.items() if condition(line))

		today = self.context.run_date
		# a queued message is judged again: it must not be held because of itself
		itself = int(action.status == "Queued" and action.channel in CONTACTS)
		contacts = self.contacts.get(action.customer, ())
		zone = self.zones.get(action.customer) or zone_of(None, None)
		return HoldFacts(
			as_of=today,
			local=local_time(datetime.combine(today, now_datetime().time()), zone),
			time_zone=zone,
			country=self._known(action, "country"),
			channel=action.channel,
			items=tuple(keys),
			letter=action.letter,
			**{field: self._known(action, field) for field in ADDRESSES},
			requires_approval=bool(action.requires_approval),
			approved=bool(action.approved_by),
			last_statement_on=self.last_statement,
			promise_items=those(lambda line: line.voucher_no in self.promised),
			dispute_items=those(lambda line: line.voucher_no in self.disputed),
			paused_items=those(lambda line: self._is_paused(action, line)),
			paid_items=those(self._changed),
			online_items=those(lambda line: line.voucher_no in self.paid_online),
			passed_items=those(self._has_passed),
			contacts_today=sum(day == today for day in contacts) - itself,
			contacts_this_week=len(contacts) - itself,
			paused_until=self.pauses.get(action.customer),
			plan=action.dunning_plan,
			plan_paused_until=self.plan_pauses.get(action.dunning_plan),
		)

	def _is_paused(self, action, line) -> bool:
		"""By itself, or with the customer that owes it and whose messages go to another."""
		if line.voucher_no in self.paused_invoices:
			return True
		if not line.customer or line.customer == action.customer:
			return False
		until = self.pauses.get(line.customer)
		return bool(until) and self.context.run_date <= until

	def _has_passed(self, line) -> bool:
		"""A note before the due date that did not leave in time, as `engine.steps` sees it when it plans."""
		return line.plan_step in self.before_due and getdate(line.due_date) < self.context.run_date

	def _changed(self, line) -> bool:
		"""Paid or paid in part since it was planned: the customer must not see the old amount."""
		return abs(self.outstanding.get(line.item_key, 0) - line.outstanding) > 0.005


def policy(company: str, calendars: Mapping[str, Calendar]) -> HoldPolicy:
	"""The settings as the engine's policy; `calendars`: of the countries that are judged."""
	doc = settings.get()
	return HoldPolicy(
		stale_after_business_days=doc.stale_feed_days or None,
		send_from=settings.as_time(doc.sending_from) or time(0, 0),
		send_to=settings.as_time(doc.sending_until) or time(0, 0),
		contacts_per_day=doc.contacts_per_day or None,
		contacts_per_week=doc.contacts_per_week or None,
		weekends=bool(doc.send_on_weekends),
		country=company_country(company),
		calendars=calendars,
		unconnected=unconnected(company),
	)


def _steps_before_due(steps: set[str]) -> set[str]:
	"""Those of the plan steps that are to be taken before the due date, as their plans stand today."""
	filters = {"name": ["in", [*sorted(steps - {None}), ""]], "trigger_days": ["<", 0]}
	return set(frappe.get_all("Dunning Plan Step", filters, pluck="name"))


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
