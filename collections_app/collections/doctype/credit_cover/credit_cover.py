import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, formatdate, getdate

from collections_app.services.credit.covers import APPROVED, EXPIRED
from collections_app.services.settings import company_currency


class CreditCover(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		amount: DF.Currency
		amount_requested: DF.Currency
		company: DF.Link
		currency: DF.Link
		customer: DF.Link
		customer_name: DF.Data | None
		insured_share: DF.Percent
		insurer: DF.Data
		insurer_reference: DF.Data | None
		naming_series: DF.Literal["CVR-.YYYY.-"]
		note: DF.SmallText | None
		notified_on: DF.Date | None
		notify_after_days: DF.Int
		policy_no: DF.Data | None
		status: DF.Literal["Requested", "Approved", "Refused", "Cancelled", "Expired"]
		valid_from: DF.Date | None
		valid_until: DF.Date | None
		warned_exceeded: DF.Check
		warned_of_end: DF.Date | None
		warned_overdue: DF.Date | None

	# end: auto-generated types

	def before_validate(self):
		if self.company and not self.currency:
			self.currency = company_currency(self.company)

	def validate(self):
		self.validate_dates()
		self.validate_amounts()
		self.expire()
		self.validate_only_one()

	def validate_dates(self):
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("Valid Until cannot be before Valid From"))

	def validate_amounts(self):
		if self.status == APPROVED and flt(self.amount) <= 0:
			frappe.throw(_("Say how much the approved cover is for in Amount Covered"))
		if not 0 <= flt(self.insured_share) <= 100:
			frappe.throw(_("Insured Share is from 0 to 100 percent"))

	def expire(self):
		if self.status == APPROVED and self.valid_until and getdate(self.valid_until) < getdate():
			self.status = EXPIRED

	def validate_only_one(self):
		"""Of one insurer, no two approved covers of a customer on the same day: both would count."""
		if self.status != APPROVED:
			return
		others = frappe.get_all(
			"Credit Cover",
			{
				"name": ["!=", self.name or ""],
				"company": self.company,
				"customer": self.customer,
				"insurer": self.insurer,
				"status": APPROVED,
			},
			["name", "valid_from", "valid_until"],
			order_by="name",
		)
		for other in others:
			if self.overlaps(other):
				frappe.throw(
					_(
						"{0} covers {1} with {2} already until {3}: cancel it first or let this one start later"
					).format(
						frappe.bold(other.name),
						frappe.bold(self.customer),
						self.insurer,
						formatdate(other.valid_until) if other.valid_until else _("further notice"),
					)
				)

	def overlaps(self, other) -> bool:
		"""Whether both are valid on some day; a date left empty has no end."""
		starts_after = (
			self.valid_from and other.valid_until and getdate(self.valid_from) > getdate(other.valid_until)
		)
		ends_before = (
			self.valid_until and other.valid_from and getdate(self.valid_until) < getdate(other.valid_from)
		)
		return not (starts_after or ends_before)
