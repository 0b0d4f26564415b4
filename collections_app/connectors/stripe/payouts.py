"""Stripe's payouts and the balance transactions they are made of."""

from collections.abc import Iterable, Mapping
from typing import Any

from collections_app.connectors.records import Payout, PayoutLine
from collections_app.connectors.stripe.mapper import amount_of, day_of, reference_of

STATUS = {
	"paid": "Paid",
	"pending": "In Transit",
	"in_transit": "In Transit",
	"canceled": "Failed",
	"failed": "Failed",
}
# what moved the balance -> our kind; Stripe has more, and adds to them: all others are Other
KINDS = {
	"charge": "Payment",
	"payment": "Payment",
	"refund": "Refund",
	"payment_refund": "Refund",
	"payment_failure_refund": "Refund",
	"payment_reversal": "Refund",
	"stripe_fee": "Fee",
	"tax_fee": "Fee",
}


def payout_of(payout: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> tuple[str, Payout]:
	"""Identity and Payout; each status is an identity of its own. KeyError, TypeError or ValueError when it cannot be read."""
	currency, status = payout["currency"].upper(), STATUS[payout["status"]]
	return f"{payout['id']}|{status}", Payout(
		reference=payout["id"],
		amount=amount_of(payout["amount"], currency),
		currency=currency,
		status=status,
		arrives_on=day_of(payout["arrival_date"]),
		statement_text=payout.get("statement_descriptor") or "",
		# the payout itself, or its failure, stands among them
		lines=tuple(_line(one, currency) for one in entries if not one["type"].startswith("payout")),
	)


def _line(entry: Mapping[str, Any], currency: str) -> PayoutLine:
	source = entry.get("source")
	known = source if isinstance(source, Mapping) else {}
	kind = "Chargeback" if known.get("object") == "dispute" else KINDS.get(entry["type"], "Other")
	amounts = {name: amount_of(entry[name], currency) for name in ("amount", "fee", "net")}
	about_payment = known and kind in ("Payment", "Refund", "Chargeback")
	return PayoutLine(
		entry_id=entry["id"], kind=kind, payment=reference_of(known) if about_payment else "", **amounts
	)
