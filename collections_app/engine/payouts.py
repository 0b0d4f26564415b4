"""Payouts of payment providers: what each is made of adds up to what the bank gets."""

from __future__ import annotations

import pandas as pd

PAYOUT_COLUMNS = (
	*("payout", "connector", "reference", "statement_text", "status", "arrives_on", "currency"),
	*("amount", "payments", "refunds", "fees", "other"),
)
LINE_COLUMNS = (
	*("payout", "kind", "reference", "online_payment", "amount", "fee", "net"),
	*("customer", "payment_currency", "payment_amount", "payment_entry", "invoices"),
)


def payout_totals(payouts: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
	"""What each payout is made of: payments - refunds - fees + other = amount.

	`payouts`: payout, amount. `lines`: payout, kind (Payment, Refund, Chargeback, Fee, Other), online_payment (None: none of
	ours), amount, fee, net; all in the payout's currency, net = amount - fee, negative where the payout gets smaller.

	Returns payout, payments, refunds, fees, other (float64), in the order of `payouts`. `payments` and `refunds` are those of
	our online payments before fees, `fees` what the provider keeps of these and charges besides; `other` is the rest, also
	what no line explains.
	"""
	known = lines["online_payment"].notna() & (lines["online_payment"] != "")
	amount, fee, net = (lines[name].astype("float64") for name in ("amount", "fee", "net"))
	own_fee = lines["kind"] == "Fee"
	parts = pd.DataFrame(
		{
			"payout": lines["payout"],
			"payments": amount.where(known & (lines["kind"] == "Payment"), 0.0),
			"refunds": (-amount).where(known & (lines["kind"] == "Refund"), 0.0),
			"fees": fee.where(known & lines["kind"].isin(["Payment", "Refund"]), 0.0)
			+ (-net).where(own_fee, 0.0),
		}
	)
	sums = parts.groupby("payout")[["payments", "refunds", "fees"]].sum().round(9)
	result = payouts[["payout"]].reset_index(drop=True)
	result = result.join(sums, on="payout").fillna({"payments": 0.0, "refunds": 0.0, "fees": 0.0})
	explained = result["payments"] - result["refunds"] - result["fees"]
	amounts = payouts["amount"].astype("float64").reset_index(drop=True)
	return result.assign(other=(amounts - explained).round(9))
