from frappe.model.document import Document

from collections_app.services import live, settings
from collections_app.services.cases import team as case_team
from collections_app.services.cases.records import case_key


class CollectionCase(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		at_most_this_week: DF.Currency
		bounced_address: DF.Data | None
		bounced_reason: DF.SmallText | None
		bucket_1: DF.Currency
		bucket_2: DF.Currency
		bucket_3: DF.Currency
		bucket_4: DF.Currency
		bucket_5: DF.Currency
		case_key: DF.Data | None
		charges_open: DF.Currency
		collector: DF.Link | None
		company: DF.Link
		currency: DF.Link | None
		customer: DF.Link
		customer_name: DF.Data | None
		delivery_stop_reason: DF.SmallText | None
		delivery_stopped: DF.Check
		delivery_stopped_on: DF.Date | None
		dunning_level: DF.Int
		dunning_plan: DF.Link | None
		escalated: DF.Check
		escalated_to: DF.Link | None
		escalation_reason: DF.SmallText | None
		escalation_task: DF.Link | None
		expected_gain: DF.Currency
		expected_this_week: DF.Currency
		last_contact_on: DF.Datetime | None
		naming_series: DF.Literal["COL-CASE-.YYYY.-"]
		next_action: DF.Data | None
		next_action_kind: DF.Literal["", "Message", "Task", "Promise", "Dispute", "Plan Step", "Nothing"]
		next_action_on: DF.Date | None
		next_action_reason: DF.Data | None
		not_due: DF.Currency
		notes: DF.TextEditor | None
		oldest_due_date: DF.Date | None
		outstanding: DF.Currency
		overdue: DF.Currency
		overdue_at_snapshot: DF.Currency
		overdue_day_before: DF.Currency
		overdue_month_before: DF.Currency
		overdue_week_before: DF.Currency
		pause_reason: DF.Data | None
		paused_until: DF.Date | None
		ranked_on: DF.Date | None
		risk_band: DF.Literal["", "A", "B", "C", "D", "E"]
		risk_score: DF.Float
		score_at_snapshot: DF.Float
		score_day_before: DF.Float
		score_month_before: DF.Float
		score_week_before: DF.Float
		snapshot_on: DF.Date | None
		snooze_knows: DF.LongText | None
		snooze_reason: DF.Data | None
		snoozed_by: DF.Link | None
		snoozed_on: DF.Datetime | None
		snoozed_until: DF.Date | None
		split_of: DF.Link | None
		stage: DF.Literal["New", "Reminded", "Promised", "Disputed", "Handed Over", "Paid"]
		status: DF.Literal["Open", "Closed"]
		worklist_class: DF.Literal["", "At Risk", "Low-Hanging Fruit", "Waiting", "De-prioritised"]
		worklist_reasons: DF.LongText | None
		worklist_state: DF.Literal["", "Due", "Snoozed"]

	# end: auto-generated types

	def before_validate(self):
		self.case_key = case_key(self.company, self.customer)
		self.currency = settings.company_currency(self.company)

	def on_update(self):
		before = self.get_doc_before_save()
		if before and self.has_value_changed("collector") and self.collector:
			case_team.move_tasks(self, before.collector)
		live.moved(self.company, live.CASE)
