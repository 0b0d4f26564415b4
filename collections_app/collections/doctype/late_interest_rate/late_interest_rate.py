import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from collections_app.engine.interest_rates import DIRECTIVE, Indemnity, RateError
from collections_app.services.charges import interest_rates
from collections_app.services.texts import message_of


class LateInterestRate(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.late_interest_indemnity.late_interest_indemnity import (
			LateInterestIndemnity,
		)

		annual_rate: DF.Float
		applies_to: DF.Literal["Country", "Euro Area"]
		country: DF.Link | None
		effective_from: DF.Date
		fixed_at_start: DF.Check
		indemnity: DF.Table[LateInterestIndemnity]
		indemnity_currency: DF.Link | None
		region: DF.Data | None
		source: DF.SmallText | None
		title: DF.Data | None

	# end: auto-generated types

	def autoname(self):
		"""Law and date make the name, so that a law has one rate from a day: the database refuses a second."""
		self.set_region()
		if not self.effective_from:
			frappe.throw(_("Effective From: give the day from which the rate holds"), frappe.MandatoryError)
		self.name = f"{self.region}-{getdate(self.effective_from)}"
		if frappe.db.exists("Late Interest Rate", self.name):
			frappe.throw(
				_("{0} has a rate from {1} already").format(
					self.title, frappe.format(getdate(self.effective_from), "Date")
				),
				frappe.DuplicateEntryError,
			)

	def validate(self):
		self.set_region()
		self.validate_indemnity()
		self.validate_rate()

	def set_region(self):
		"""The code the engine knows the law by, and the name people know it by."""
		if self.applies_to == "Euro Area":
			self.country, self.region, self.title = None, DIRECTIVE, "Euro Area"
			return
		if not self.country:
			frappe.throw(_("Country: choose whose law this is"), frappe.MandatoryError)
		self.region, self.title = interest_rates.code_of(self.country), self.country
		if not self.region:
			frappe.throw(_("Country: {0} has no code of two letters").format(self.country))

	def validate_indemnity(self):
		if not self.indemnity:
			self.indemnity_currency = None
			return
		if not self.indemnity_currency:
			frappe.throw(_("Fixed Indemnity: choose its currency"))
		tiers = []
		for row in self.indemnity:
			tiers.append(interest_rates.tier_of(row))
			try:
				Indemnity(self.indemnity_currency, tuple(tiers))
			except RateError as error:
				frappe.throw(_("Sums, row {0}: {1}").format(row.idx, message_of(error)))

	def validate_rate(self):
		try:
			interest_rates.rate_of(self, self.indemnity)
		except RateError as error:
			frappe.throw(message_of(error), title=_("The rate cannot be used"))
