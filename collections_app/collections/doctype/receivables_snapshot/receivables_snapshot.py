from frappe.model.document import Document


class ReceivablesSnapshot(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.receivables_snapshot_forecast.receivables_snapshot_forecast import (
			ReceivablesSnapshotForecast,
		)
		from collections_app.collections.doctype.receivables_snapshot_group.receivables_snapshot_group import (
			ReceivablesSnapshotGroup,
		)

		actions_sent: DF.Int
		actions_waiting: DF.Int
		add_days: DF.Float
		best_possible_dso: DF.Float
		bucket_1: DF.Currency
		bucket_2: DF.Currency
		bucket_3: DF.Currency
		bucket_4: DF.Currency
		bucket_5: DF.Currency
		cei: DF.Percent
		collected_7_days: DF.Currency
		collected_today: DF.Currency
		company: DF.Link
		countback_dso: DF.Float
		credits: DF.Currency
		currency: DF.Link | None
		customers_at_risk: DF.Int
		dso: DF.Float
		forecast: DF.Table[ReceivablesSnapshotForecast]
		groups: DF.Table[ReceivablesSnapshotGroup]
		not_due: DF.Currency
		opening: DF.Currency
		outstanding: DF.Currency
		overdue: DF.Currency
		overdue_at_risk: DF.Currency
		promise_kept_rate: DF.Percent
		rebuilt: DF.Check
		run: DF.Link | None
		sales: DF.Currency
		snapshot_date: DF.Date
		snapshot_key: DF.Data | None
		straight_through_rate: DF.Percent

	# end: auto-generated types

	pass
