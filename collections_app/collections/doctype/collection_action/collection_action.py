import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.services.letters import printed


class CollectionAction(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.collection_action_invoice.collection_action_invoice import (
			CollectionActionInvoice,
		)

		action_key: DF.Data | None
		approved_at: DF.Datetime | None
		approved_by: DF.Link | None
		attach_invoices: DF.Check
		attach_statement: DF.Check
		attempts: DF.Int
		cancel_code: DF.Literal["", "person", "skipped", "replaced", "obsolete"]
		cancel_reason: DF.SmallText | None
		case: DF.Link
		channel: DF.Literal[
			"Email",
			"Letter",
			"SMS",
			"WhatsApp",
			"Registered E-Mail",
			"Call",
			"Task",
			"Hand Over",
			"Insurer Notice",
		]
		charges_invoice: DF.Link | None
		communication: DF.Link | None
		company: DF.Link
		connector: DF.Link | None
		cost: DF.Currency
		cost_currency: DF.Link | None
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		delivered_at: DF.Datetime | None
		document: DF.Attach | None
		dunning: DF.Link | None
		dunning_level: DF.Int
		dunning_plan: DF.Link | None
		effects_error: DF.Data | None
		email_queue: DF.Data | None
		error: DF.SmallText | None
		fee: DF.Currency
		hold_codes: DF.SmallText | None
		hold_reasons: DF.SmallText | None
		indemnity: DF.Currency
		interest: DF.Currency
		items: DF.Table[CollectionActionInvoice]
		language: DF.Link | None
		letter: DF.Link | None
		lock_token: DF.Data | None
		message: DF.TextEditor | None
		message_id: DF.Data | None
		naming_series: DF.Literal["COL-ACT-.YYYY.-"]
		next_attempt_at: DF.Datetime | None
		opened_at: DF.Datetime | None
		our_reference: DF.Data | None
		phone: DF.Data | None
		plan_step: DF.Data | None
		planned_on: DF.Date | None
		proof: DF.Attach | None
		provider_reference: DF.Data | None
		provider_status: DF.Data | None
		recipients: DF.SmallText | None
		registered: DF.Check
		replied_at: DF.Datetime | None
		requires_approval: DF.Check
		run: DF.Link | None
		sending_started_at: DF.Datetime | None
		sent_at: DF.Datetime | None
		sms_parts: DF.Int
		sms_text: DF.SmallText | None
		split_of: DF.Link | None
		status: DF.Literal[
			"Planned",
			"Awaiting Approval",
			"Held",
			"Queued",
			"Sending",
			"Sent",
			"Delivered",
			"Proved",
			"Failed",
			"Uncertain",
			"Cancelled",
		]
		status_checked_at: DF.Datetime | None
		step_name: DF.Data | None
		subject: DF.Data | None
		taken_back_on: DF.Datetime | None
		task: DF.Link | None
		tone: DF.Data | None
		total: DF.Currency
		total_overdue: DF.Currency
		total_with_charges: DF.Currency
		transmission_started_at: DF.Datetime | None
		transmitting_to: DF.Data | None

	# end: auto-generated types

	def on_trash(self):
		if self.status not in ("Planned", "Cancelled"):
			frappe.throw(_("What was sent or waits is kept as proof. Cancel it instead of deleting it."))

	def before_print(self, settings=None):
		printed.set_letter_head(self)

	def printed_letter(self):
		"""What the print format Collection Letter shows."""
		return printed.printed(self)
