"""Small frames of open items and payments for the matching tests."""

from __future__ import annotations

import pandas as pd

from collections_app.engine.matching import match_payments

OPEN = [
	# invoice, customer, customer_name, iban, outstanding, po_no
	("INV-2026-00101", "C-1", "Borealis Marine GmbH", "DE111", 100.10, "PO70001"),
	("INV-2026-00102", "C-1", "Borealis Marine GmbH", "DE111", 250.00, ""),
	("INV-2026-00103", "C-1", "Borealis Marine GmbH", "DE111", 33.33, ""),
	("INV-2026-00104", "C-1", "Borealis Marine GmbH", "DE111", -20.00, ""),
	("INV-2026-02205", "C-1", "Borealis Marine GmbH", "DE111", 77.77, ""),
	("INV-2026-00106", "C-2", "Castell Verlag Ltd", "", 512.40, "PO70002"),
	("INV-2026-00107", "C-2", "Castell Verlag Ltd", "", 88.00, ""),
	("INV-2026-00108", "C-3", "Castell Verlag Inc.", "FR333", 88.00, ""),
	("INV-2026-00109", "C-4", "Dunkel Foods SARL", "FR444", 64.20, ""),
	("INV-2026-00110", "C-4", "Dunkel Foods SARL", "FR444", 64.20, ""),
]


def items(rows=OPEN, **columns) -> pd.DataFrame:
	frame = pd.DataFrame(
		rows, columns=["invoice", "customer", "customer_name", "iban", "outstanding", "po_no"]
	)
	return frame.assign(
		**{"currency": "EUR", "posting_date": "2026-09-01", "due_date": "2026-10-01", **columns}
	)


def payment(amount, remittance="", name="Borealis Marine GmbH", iban="DE111", **more) -> dict:
	return {
		"payment_id": "P1",
		"date": "2026-11-17",
		"amount": amount,
		"currency": "EUR",
		"counterparty_name": name,
		"counterparty_iban": iban,
		"remittance": remittance,
		**more,
	}


def run(*payments: dict, open_items: pd.DataFrame | None = None, aliases=None, settings=None):
	"""(matches, decisions) of some payments against the open items."""
	frame = pd.DataFrame([{**one, "payment_id": f"P{n}"} for n, one in enumerate(payments, start=1)])
	return match_payments(frame, items() if open_items is None else open_items, aliases, settings)


def applied(*payments: dict, **options) -> dict[str, dict[str, float]]:
	"""payment -> {invoice: amount} of what was applied without a person."""
	matches, _ = run(*payments, **options)
	found: dict[str, dict[str, float]] = {}
	for row in matches.itertuples():
		found.setdefault(row.payment_id, {})[row.invoice] = row.amount
	return found


def one(*args, **kwargs):
	"""(what was applied as {invoice: amount}, the decision's row) of a single payment."""
	matches, decisions = run(payment(*args, **kwargs))
	return dict(zip(matches["invoice"], matches["amount"], strict=True)), decisions.iloc[0]
