"""A report that is sent by e-mail shows what the user it is sent for may see.

The scheduler sends as Administrator, and Frappe leaves out rows by their links afterwards: totals, groups and figures
above the table would still be those of everything. So the app's reports run as their user.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.email.doctype.auto_email_report.auto_email_report import AutoEmailReport

MODULE = "Collections"


class ReportMail:
	"""Mixed into Frappe's Auto Email Report."""

	def get_report_content(self):
		if frappe.get_cached_value("Report", self.report, "module") != MODULE:
			return super().get_report_content()
		with acting_as(self.user):
			return super().get_report_content()


class CollectionsAutoEmailReport(ReportMail, AutoEmailReport):
	"""For v15, which knows one class per DocType."""


@contextmanager
def acting_as(user: str) -> Iterator[None]:
	before = frappe.session.user
	if user == before:
		yield
		return
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)
