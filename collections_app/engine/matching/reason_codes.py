"""The reasons that matching gives: code -> names of the parameters, for whoever turns them into sentences."""

from __future__ import annotations

REASON_CODES: dict[str, tuple[str, ...]] = {
	# what speaks for a proposal
	"references_found": ("invoices",),
	"amount_exact": (),
	"number_one_slip_away": ("written", "invoice"),
	"amount_of_one_item": ("invoice",),
	"amount_of_several": ("invoices",),
	"whole_balance": ("count",),
	"all_due": ("count",),
	"payer_by_iban": ("score",),
	"payer_by_name": ("score",),
	"payer_by_number": ("score",),
	# what the difference to the open amount means
	"discount": ("percent", "stated"),
	"discount_terms": ("until", "amount", "currency"),
	"discount_late": ("until", "amount", "currency"),
	"fee": ("amount", "currency"),
	"rounding": ("amount", "currency"),
	"part": ("amount", "currency"),
	"part_stated": ("amount", "currency"),
	"excess": ("amount", "currency"),
	"sum_differs": ("difference",),
	# a voucher that was booked before, a receipt that was taken back
	"booked_before": ("vouchers",),
	"same_reference": ("reference",),
	"payout": ("payout",),
	"returned_payment": ("voucher",),
	"same_end_to_end": (),
	"return_charge": ("amount", "currency"),
	"no_receipt_found": (),
	# what speaks against it
	"maybe_booked": ("vouchers",),
	"payer_unknown": (),
	"payer_uncertain": ("customers",),
	"payer_differs": (),
	"paid_by_other": ("customers",),
	"several_customers": ("customers",),
	"several_fit": ("count",),
	"several_readings": ("count",),
	"several_stated": (),
	"amount_not_whole_stated": (),
	"other_purpose": (),
	"other_amount_exact": ("invoice",),
	"numbers_left_over": ("numbers",),
	"short_number": (),
	"already_claimed": (),
	"claimed_by_several": (),
	# why a number or a payment was left out
	"already_paid": ("invoice",),
	"currency_differs": ("invoice",),
	"credit_note_only": ("invoice",),
	"not_a_credit": (),
	"not_an_amount": (),
}
