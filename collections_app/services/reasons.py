"""The engine's reasons as sentences in the reader's language."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, formatdate

from collections_app.engine.reasons import Reason
from collections_app.services.numbers import number
from collections_app.services.score_reasons import SCORE_SENTENCES


def sentences(reasons: Iterable[Reason | dict]) -> list[str]:
	return [sentence(reason) for reason in reasons]


def sentence(reason: Reason | dict) -> str:
	"""One reason in plain words. A code without a sentence shows as itself, so that nothing is hidden."""
	if isinstance(reason, dict):
		reason = Reason.from_dict(reason)
	write = SENTENCES.get(reason.code)
	return write(reason.params) if write else f"{reason.code} {reason.params or ''}".strip()


def _day(value) -> str:
	return formatdate(value) if value else ""


def _money(params: dict, key: str) -> str:
	return fmt_money(params.get(key) or 0, currency=params.get("currency"))


def _vouchers(params: dict) -> str:
	"""Item keys "type|number|term" as voucher numbers."""
	names = dict.fromkeys(
		str(item).split("|")[1] if "|" in str(item) else str(item) for item in params["items"]
	)
	return ", ".join(names)


def _promise_open(p: dict) -> str:
	"""Said of an action (the items it covers) and of the promise itself (what came so far)."""
	if "items" in p:
		return _("Promise to pay open for {0}").format(_vouchers(p))
	return _("{0} of {1} paid so far").format(_money(p, "paid"), _money(p, "amount"))


def _window_passed(p: dict) -> str:
	"""Said of an action (the items that are overdue by now) and of the step that was left out."""
	if "items" in p:
		return _("Written for before the due date, which has passed: {0}").format(_vouchers(p))
	return _("The notice before the due date came too late")


def _outside_hours(p: dict) -> str:
	if p.get("zone"):
		return _("Outside sending hours ({0} to {1}, {2})").format(p["from"], p["to"], p["zone"])
	return _("Outside sending hours ({0} to {1})").format(p["from"], p["to"])


def _contact_limit(p: dict) -> str:
	if p["days"] == 1:
		return _("{0} messages today: the limit is {1}").format(p["count"], p["limit"])
	return _("{0} messages in {1} days: the limit is {2}").format(p["count"], p["days"], p["limit"])


def _interest_rate_missing(p: dict) -> str:
	law = p["country"] or _("the company's country")
	if p["date"]:
		return _("Nothing is charged: there is no late interest rate for {0} on {1}").format(
			law, _day(p["date"])
		)
	return _("Nothing is charged: there is no late interest rate for {0}").format(law)


# channel -> what an administrator is to do
CONNECT = {
	"WhatsApp": lambda: _("Connect a service that sends WhatsApp messages"),
	"Registered E-Mail": lambda: _("Connect a service that sends registered e-mail"),
}
SENTENCES = {
	# credit limits
	"limit_need": lambda p: _("Its sales and terms need {0}").format(_money(p, "amount")),
	"limit_band": lambda p: _("Risk band {0} gets {1} % of it").format(p["band"], p["percent"]),
	"limit_no_score": lambda p: _("Not scored yet: counts as band {0}, which gets {1} % of it").format(
		p["band"], p["percent"]
	),
	"limit_band_cap": lambda p: _("Band {0} gets at most {1}").format(p["band"], _money(p, "amount")),
	"limit_report": lambda p: _("The credit report recommends {0}").format(_money(p, "amount")),
	"limit_cover": lambda p: _("{0} is insured, {1} may go beyond it").format(
		_money(p, "amount"), _money(p, "beyond")
	),
	"limit_owed": lambda p: _("{0} is owed already; ERPNext takes no limit below it").format(
		_money(p, "amount")
	),
	# holds
	"bank_feed_stale": lambda p: _("Bank data is {0} business days old (last statement {1})").format(
		p["days"], _day(p["last_statement"])
	),
	"no_bank_feed": lambda p: _("No bank statement has been read yet"),
	"promise_open": _promise_open,
	"dispute_open": lambda p: _("Dispute open for {0}").format(_vouchers(p)),
	"paid_meanwhile": lambda p: _("Paid or changed since planned: {0}").format(_vouchers(p)),
	"paid_online": lambda p: _("Paid online, payout awaited: {0}").format(_vouchers(p)),
	"paused_until": lambda p: _("Paused until {0}").format(_day(p["date"])),
	"plan_paused": lambda p: _("Plan {0} is paused until {1}").format(p["plan"], _day(p["date"])),
	"outside_hours": _outside_hours,
	"invoice_paused": lambda p: _("Paused: {0}").format(_vouchers(p)),
	"weekend": lambda p: _("Nothing goes out on weekends and holidays of the customer's country"),
	"contact_limit": _contact_limit,
	"approval_missing": lambda p: _("Waits for approval"),
	"no_email_address": lambda p: _("The customer has no e-mail address"),
	"no_phone_number": lambda p: _("The customer has no mobile number"),
	"no_postal_address": lambda p: _("The customer has no postal address"),
	"no_letter": lambda p: _("The plan step has no letter"),
	"no_connector": lambda p: CONNECT.get(p["channel"], lambda: _("Connect a service for this channel"))(),
	"no_cover": lambda p: _("No insurer covers this customer"),
	"handed_over": lambda p: _("Handed over to an agency or lawyer: {0}").format(_vouchers(p)),
	"no_collector": lambda p: _("Nobody is named as collector"),
	"unknown_currency": lambda p: _("Currency {0} is not known here").format(p["currency"] or "?"),
	# steps
	"window_passed": _window_passed,
	"not_insured": lambda p: _("The customer is not insured: there is nobody to notify"),
	"below_minimum": lambda p: _("{0} is below the step's minimum of {1}").format(
		_money(p, "total"), _money(p, "minimum")
	),
	"below_minimum_age": lambda p: _(
		"The oldest item is {0} days overdue, the step waits until it is {1}"
	).format(p["days"], p["minimum"]),
	"levels_not_rising": lambda p: _("Plan {0}: its steps are not in order").format(p["plan"]),
	"unusable_item": lambda p: _("The item has no usable {0}").format(_(frappe.unscrub(p["field"]))),
	"plan_without_steps": lambda p: _("Plan {0} has no steps").format(p["plan"]),
	# charges
	"interest_not_due": lambda p: _("Nothing is late yet"),
	"interest_not_b2b": lambda p: _("The customer is a person: late interest is charged to companies only"),
	"interest_credit": lambda p: _("A credit bears no interest"),
	"interest_rate_missing": _interest_rate_missing,
	"interest_invalid": lambda p: _("Late interest cannot be computed: the item has no usable {0}").format(
		_(frappe.unscrub(p["field"]))
	),
	"indemnity_exchange_rate_missing": lambda p: _(
		"The fixed indemnity is not charged: there is no exchange rate from {0} to {1}"
	).format(p["indemnity_currency"], p["currency"]),
	# promises
	"promise_kept": lambda p: _("{0} paid on {1}").format(_money(p, "paid"), _day(p["paid_on"])),
	"promise_partly_kept": lambda p: _("Only {0} of {1} paid").format(_money(p, "paid"), _money(p, "amount")),
	"promise_broken": lambda p: _("Nothing paid by {0}").format(_day(p["due_on"])),
	"promise_credited": lambda p: _("Nothing is left to pay: {0} credited").format(_money(p, "credited")),
	"promise_instalment_missed": lambda p: _(
		"Instalment {0} of {1}, due on {2}, was not paid in full; {3} of {4} paid in all"
	).format(p["number"], p["count"], _day(p["due_on"]), _money(p, "paid"), _money(p, "amount")),
	"promise_invalid": lambda p: _("The promise has no usable {0}").format(_(frappe.unscrub(p["field"]))),
	**SCORE_SENTENCES,
	# cash matching
	"references_found": lambda p: _("Names {0}").format(", ".join(p["invoices"])),
	"amount_exact": lambda p: _("The amount is exactly what is open"),
	"booked_before": lambda p: _("Booked already: {0}").format(", ".join(p["vouchers"])),
	"maybe_booked": lambda p: _("May be booked already: {0}").format(", ".join(p["vouchers"])),
	"same_reference": lambda p: _("Has the reference {0}").format(p["reference"]),
	"payout": lambda p: _("Payout {0} of a payment provider").format(p["payout"]),
	"returned_payment": lambda p: _("Takes back {0}").format(p["voucher"]),
	"same_end_to_end": lambda p: _("Has the payment's end-to-end reference"),
	"no_receipt_found": lambda p: _("No payment of this amount was found that it takes back"),
	"return_charge": lambda p: _("{0} more than was paid: the bank's charge").format(_money(p, "amount")),
	"other_amount_exact": lambda p: _("{0} has exactly this amount").format(p["invoice"]),
	"several_fit": lambda p: _("{0} combinations give this amount").format(p["count"]),
	"several_readings": lambda p: _("The number can be read in {0} ways").format(p["count"]),
	"several_customers": lambda p: _("Several customers fit: {0}").format(", ".join(p["customers"])),
	"several_stated": lambda p: _("The text speaks of several invoices"),
	"payer_by_iban": lambda p: _("The payer's IBAN is known"),
	"payer_by_name": lambda p: _("The payer's name fits"),
	"payer_by_number": lambda p: _("The number names the customer"),
	"amount_of_one_item": lambda p: _("Exactly what is open on {0}").format(p["invoice"]),
	"amount_of_several": lambda p: _("Together exactly what is open on {0}").format(", ".join(p["invoices"])),
	"whole_balance": lambda p: _("All that the customer owes ({0} items)").format(p["count"]),
	"all_due": lambda p: _("All that is due ({0} items)").format(p["count"]),
	"not_an_amount": lambda p: _("The amount cannot be read"),
	"short_number": lambda p: _("The number is short"),
	"payer_unknown": lambda p: _("The payer is not known"),
	"payer_uncertain": lambda p: _("The payer may be {0}").format(", ".join(p["customers"])),
	"payer_differs": lambda p: _("The payer is not the customer of the invoice"),
	"paid_by_other": lambda p: _("Paid from the account of {0}").format(", ".join(p["customers"])),
	"already_paid": lambda p: _("{0} is paid already").format(p["invoice"]),
	"already_claimed": lambda p: _("A surer payment took the invoice"),
	"claimed_by_several": lambda p: _("Several payments fit the same invoice"),
	"credit_note_only": lambda p: _("{0} is a credit note").format(p["invoice"]),
	"currency_differs": lambda p: _("{0} is in another currency").format(p["invoice"]),
	"number_one_slip_away": lambda p: _("{0} is written with one slip").format(p["invoice"]),
	"numbers_left_over": lambda p: _("Numbers that fit nothing: {0}").format(", ".join(p["numbers"])),
	"other_purpose": lambda p: _("The text speaks of something other than invoices"),
	"amount_not_whole_stated": lambda p: _("The text speaks of a part or a discount without its amount"),
	"not_a_credit": lambda p: _("Not an incoming payment"),
	"sum_differs": lambda p: _("The named invoices add up to {0} less or more").format(
		fmt_money(abs(flt(p["difference"])))
	),
	"discount": lambda p: _("Looks like an early-payment discount of {0} %").format(
		number(flt(p["percent"], 2))
	),
	"discount_terms": lambda p: _("The early-payment discount of its terms ({0} until {1})").format(
		_money(p, "amount"), _day(p["until"])
	),
	"discount_late": lambda p: _(
		"The early-payment discount of its terms, taken too late ({0} until {1})"
	).format(_money(p, "amount"), _day(p["until"])),
	"excess": lambda p: _("More than is open; the rest goes on account"),
	"fee": lambda p: _("Looks like a bank fee was kept back"),
	"rounding": lambda p: _("Rounded by {0}").format(
		fmt_money(abs(flt(p["amount"])), currency=p["currency"])
	),
	"part": lambda p: _("Part of the invoice"),
	"part_stated": lambda p: _("Part of the invoice, as the payer says"),
}
