import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.engine.channels import CONNECTED
from collections_app.services import settings
from collections_app.services.connectors.outgoing import offers
from collections_app.services.crm.options import LOG, UPDATE, properties_of
from collections_app.services.online_payments.options import LINK
from collections_app.services.outbox.senders import CHOSEN


class CollectionsSettings(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.collections_company.collections_company import (
			CollectionsCompany,
		)
		from collections_app.collections.doctype.weekly_digest_receiver.weekly_digest_receiver import (
			WeeklyDigestReceiver,
		)

		auto_apply: DF.Check
		block_size: DF.Int
		call_script: DF.Link | None
		companies: DF.Table[CollectionsCompany]
		contacts_per_day: DF.Int
		contacts_per_week: DF.Int
		cover_warning_days: DF.Int
		digest_receivers: DF.Table[WeeklyDigestReceiver]
		fallback_language: DF.Link | None
		learn_payments: DF.Check
		minimum_confidence: DF.Percent
		promise_grace_days: DF.Int
		run_daily: DF.Check
		scorecard: DF.Link | None
		send_on_weekends: DF.Check
		sending_from: DF.Time | None
		sending_until: DF.Time | None
		settlement_order: DF.Literal["Costs, Interest, Principal", "Principal, Interest, Costs"]
		stale_feed_days: DF.Int
		track_opens: DF.Check

	# end: auto-generated types

	def validate(self):
		self.validate_companies()
		self.validate_accounts()
		self.validate_hours()
		self.validate_limits()

	def validate_companies(self):
		seen = set()
		for row in self.companies:
			if row.company in seen:
				frappe.throw(_("Row {0}: company {1} is listed twice").format(row.idx, row.company))
			seen.add(row.company)

	def validate_accounts(self):
		for row in self.companies:
			self.validate_charges(row)
			self.validate_deductions(row)
			self.validate_connectors(row)
			if row.bank_account:
				owner = frappe.get_cached_value("Bank Account", row.bank_account, "company")
				if owner != row.company:
					frappe.throw(
						_("Row {0}: bank account {1} is not one of {2}").format(
							row.idx, row.bank_account, row.company
						)
					)

	def validate_connectors(self, row):
		"""Payment links, CRM and messages: a connector of the company that does it."""
		senders = {field: (CONNECTED[channel],) for channel, field in CHOSEN.items()}
		for field, actions in {"payment_links_through": (LINK,), "crm": (LOG, UPDATE), **senders}.items():
			connector, label = row.get(field), _(row.meta.get_label(field))
			if not connector:
				continue
			company = frappe.db.get_value("Connector Config", connector, "company")
			if company != row.company:
				frappe.throw(
					_("Row {0}: {1} {2} is not one of {3}").format(row.idx, label, connector, row.company)
				)
			if not any(offers(connector, action) for action in actions):
				frappe.throw(_("Row {0}: {1} {2} does not do that").format(row.idx, label, connector))
		properties_of(row.crm_fields)

	def validate_charges(self, row):
		for field in ("charges_account", "charges_cost_center"):
			value, df = row.get(field), row.meta.get_field(field)
			if value and frappe.get_cached_value(df.options, value, "company") != row.company:
				frappe.throw(
					_("Row {0}: {1} {2} is not one of {3}").format(row.idx, _(df.label), value, row.company)
				)

	def validate_deductions(self, row):
		"""Deductions are booked in company currency on an account of profit and loss."""
		for field in ("discount_account", "bank_charges_account", "rounding_account", "cash_cost_center"):
			value, df = row.get(field), row.meta.get_field(field)
			if not value:
				continue
			if frappe.get_cached_value(df.options, value, "company") != row.company:
				frappe.throw(
					_("Row {0}: {1} {2} is not one of {3}").format(row.idx, _(df.label), value, row.company)
				)
			if df.options == "Account":
				self.validate_deduction_account(row, df, value)
		if not 0 <= (row.largest_discount or 0) <= 50:
			frappe.throw(_("Row {0}: the largest discount must be from 0 to 50 %").format(row.idx))

	def validate_deduction_account(self, row, df, account: str):
		facts = frappe.get_cached_value(
			"Account", account, ("root_type", "is_group", "account_currency"), as_dict=True
		)
		if facts.is_group or facts.root_type not in ("Expense", "Income"):
			frappe.throw(
				_("Row {0}: {1} {2} must be an account of income or expense").format(
					row.idx, _(df.label), account
				)
			)
		currency = settings.company_currency(row.company)
		if facts.account_currency not in (None, "", currency):
			frappe.throw(_("Row {0}: {1} {2} must be in {3}").format(row.idx, _(df.label), account, currency))

	def validate_hours(self):
		start, end = settings.as_time(self.sending_from), settings.as_time(self.sending_until)
		if (start is None) != (end is None):
			frappe.throw(_("Give both ends of the sending hours, or none"))

	def validate_limits(self):
		if 0 < (self.contacts_per_week or 0) < (self.contacts_per_day or 0):
			frappe.throw(_("A customer cannot get more messages a day than a week"))
