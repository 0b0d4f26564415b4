from frappe.model.document import Document

from collections_app.services import live


class CashMatch(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.cash_match_proposal.cash_match_proposal import (
			CashMatchProposal,
		)

		amount: DF.Currency
		bank_account: DF.Link | None
		bank_transaction: DF.Link
		company: DF.Link | None
		confidence: DF.Percent
		counterparty_iban: DF.Data | None
		counterparty_name: DF.Data | None
		currency: DF.Link | None
		customer: DF.Link | None
		date: DF.Date | None
		error: DF.SmallText | None
		is_return: DF.Check
		learned: DF.Check
		naming_series: DF.Literal["CASH-.YYYY.-"]
		payment_entry: DF.Link | None
		proposals: DF.Table[CashMatchProposal]
		reasons: DF.SmallText | None
		remittance: DF.SmallText | None
		return_reason: DF.Data | None
		returned_payment: DF.Link | None
		rule: DF.Data | None
		run: DF.Link | None
		status: DF.Literal["To Review", "Applied", "Ignored", "Undone", "No Customer", "Reconciled by Hand"]
		voucher: DF.DynamicLink | None
		voucher_type: DF.Link | None

	# end: auto-generated types

	def on_update(self):
		live.moved(self.company, live.CASH)
