import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_fullname, getdate

from collections_app.services.cases.team import check_collector
from collections_app.services.team import absences
from collections_app.services.team.members import collectors_of


class CollectorAbsence(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.collector_absence_case.collector_absence_case import (
			CollectorAbsenceCase,
		)

		cases: DF.Table[CollectorAbsenceCase]
		collector: DF.Link
		collector_name: DF.Data | None
		deputy: DF.Link | None
		from_date: DF.Date
		given_to: DF.Literal["Deputy", "Team"]
		naming_series: DF.Literal["COL-ABS-.YYYY.-"]
		not_given: DF.SmallText | None
		note: DF.SmallText | None
		only_company: DF.Link | None
		status: DF.Literal["Planned", "Running", "Over"]
		team: DF.Link | None
		to_date: DF.Date

	# end: auto-generated types

	def validate(self):
		if getdate(self.from_date) > getdate(self.to_date):
			frappe.throw(_("The absence must not end before it begins."))
		self.validate_who_takes_over()
		self.validate_no_other()
		self.validate_running()

	def validate_who_takes_over(self):
		if self.given_to == "Team":
			self.deputy = None
			if not set(collectors_of(self.team)) - {self.collector}:
				frappe.throw(_("Nobody else of team {0} may work on cases.").format(frappe.bold(self.team)))
			return
		self.team = None
		if self.deputy == self.collector:
			frappe.throw(_("The deputy must be somebody else."))
		check_collector(self.deputy)
		away = absences.overlapping(self, self.deputy)
		if away:
			frappe.throw(
				_("{0} is away in this time, too: see {1}.").format(
					get_fullname(self.deputy), frappe.bold(away)
				)
			)

	def validate_no_other(self):
		other = absences.overlapping(self, self.collector)
		if other:
			frappe.throw(
				_("{0} is away in this time already: see {1}.").format(
					get_fullname(self.collector), frappe.bold(other)
				)
			)

	def validate_running(self):
		"""Once cases were given away, who they belong to must stay."""
		before = self.get_doc_before_save()
		if before and before.status != absences.PLANNED and before.collector != self.collector:
			frappe.throw(
				_("The cases of {0} were given away already.").format(get_fullname(before.collector))
			)

	def on_update(self):
		if not self.flags.by_job:
			absences.queue_if_due(self)

	def on_trash(self):
		if self.status == absences.RUNNING:
			frappe.throw(_("End the absence first, so that the cases come back."))
