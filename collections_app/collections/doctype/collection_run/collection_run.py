import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.services.run.queue import refuse_older_date, run_key


class CollectionRun(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.collection_run_message.collection_run_message import (
			CollectionRunMessage,
		)
		from collections_app.collections.doctype.collection_run_step.collection_run_step import (
			CollectionRunStep,
		)

		company: DF.Link
		current_step: DF.Data | None
		ended_at: DF.Datetime | None
		heartbeat: DF.Datetime | None
		lock_token: DF.Data | None
		messages: DF.Table[CollectionRunMessage]
		naming_series: DF.Literal["COL-RUN-.YYYY.-"]
		progress: DF.Percent
		repeats: DF.Int
		run_date: DF.Date
		run_key: DF.Data | None
		seconds: DF.Float
		started_at: DF.Datetime | None
		status: DF.Literal["Draft", "Queued", "Running", "Completed", "Completed with Issues", "Failed"]
		steps: DF.Table[CollectionRunStep]

	# end: auto-generated types

	def before_validate(self):
		self.run_key = run_key(self.company, self.run_date)

	def validate(self):
		if self.is_new():
			refuse_older_date(self.company, self.run_date)

	def on_trash(self):
		if self.status in ("Queued", "Running"):
			frappe.throw(_("This run is at work."))
