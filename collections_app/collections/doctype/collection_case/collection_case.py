import frappe
from frappe.model.document import Document

from collections_app.services import settings
from collections_app.services.cases import case_key


class CollectionCase(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		case_key: DF.Data | None
		collector: DF.Link | None
		company: DF.Link
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		dunning_level: DF.Int
		dunning_plan: DF.Link | None
		escalated: DF.Check
		escalated_to: DF.Link | None
		escalation_reason: DF.SmallText | None
		last_contact_on: DF.Datetime | None
		naming_series: DF.Literal["COL-CASE-.YYYY.-"]
		next_action: DF.Data | None
		next_action_on: DF.Date | None
		next_action_reason: DF.Data | None
		notes: DF.TextEditor | None
		oldest_due_date: DF.Date | None
		outstanding: DF.Currency
		overdue: DF.Currency
		pause_reason: DF.Data | None
		paused_until: DF.Date | None
		risk_band: DF.Literal["", "A", "B", "C", "D", "E"]
		risk_score: DF.Float
		stage: DF.Literal["New", "Reminded", "Promised", "Disputed", "Handed Over", "Paid"]
		status: DF.Literal["Open", "Closed"]

	# end: auto-generated types

	def before_validate(self):
		self.case_key = case_key(self.company, self.customer)
		self.currency = settings.company_currency(self.company)

	def on_update(self):
		if self.has_value_changed("collector") and self.collector:
			self.reassign_calls()

	def reassign_calls(self):
		"""Open call tasks follow the case to its new collector."""
		tasks = frappe.get_all(
			"ToDo",
			{"reference_type": self.doctype, "reference_name": self.name, "status": "Open"},
			pluck="name",
		)
		for task in tasks:
			frappe.get_doc("ToDo", task).update({"allocated_to": self.collector}).save(
				ignore_permissions=True
			)
