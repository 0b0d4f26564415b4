from itertools import pairwise

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class CreditPolicy(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		cap_a: DF.Currency
		cap_b: DF.Currency
		cap_c: DF.Currency
		cap_d: DF.Currency
		cap_e: DF.Currency
		company: DF.Link
		currency: DF.Link | None
		least_change: DF.Percent
		percent_a: DF.Percent
		percent_b: DF.Percent
		percent_c: DF.Percent
		percent_d: DF.Percent
		percent_e: DF.Percent
		propose_weekly: DF.Check
		report_percent: DF.Percent
		step: DF.Currency
		uninsured: DF.Currency
		use_covers: DF.Check
		use_reports: DF.Check
		without_score: DF.Literal["A", "B", "C", "D", "E"]

	# end: auto-generated types

	def validate(self):
		if flt(self.step) <= 0:
			frappe.throw(_("{0} must be above zero.").format(frappe.bold(_("Rounded Down To"))))
		shares = [flt(self.get(f"percent_{band}")) for band in "abcde"]
		if any(worse > better for better, worse in pairwise(shares)):
			frappe.throw(_("A worse band cannot get a larger share of the need than a better one."))
