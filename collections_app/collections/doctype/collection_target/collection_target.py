import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from collections_app.services.settings import company_currency


class CollectionTarget(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		actions_to_do: DF.Int
		cash_to_collect: DF.Currency
		collector: DF.Link | None
		company: DF.Link
		currency: DF.Link | None
		from_date: DF.Date
		naming_series: DF.Literal["COL-TGT-.YYYY.-"]
		target_for: DF.Literal["Collector", "Team"]
		team: DF.Link | None
		to_date: DF.Date

	# end: auto-generated types

	def validate(self):
		if getdate(self.from_date) > getdate(self.to_date):
			frappe.throw(_("The period must not end before it begins."))
		if flt(self.cash_to_collect) <= 0 and not self.actions_to_do:
			frappe.throw(_("Say how much cash to collect, or how many actions to do."))
		if self.target_for == "Team":
			self.collector = None
		else:
			self.team = None
		self.currency = company_currency(self.company)
