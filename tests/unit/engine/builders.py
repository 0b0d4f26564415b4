"""Small frames for the engine's tests."""

from __future__ import annotations

from datetime import date

import pandas as pd

from collections_app.engine.steps import Step

AS_OF = date(2024, 6, 3)  # a Monday


def item(name: str = "SI-1", **values) -> dict:
	"""One open item, EUR 100 due on 2024-05-31, in plan P, no step done yet."""
	row = {
		"item": f"Sales Invoice|{name}|",
		"voucher_type": "Sales Invoice",
		"voucher_no": name,
		"payment_term": "",
		"customer": "C1",
		"posting_date": "2024-05-01",
		"due_date": "2024-05-31",
		"currency": "EUR",
		"invoiced": 100.0,
		"outstanding": 100.0,
		"po_no": "",
		"plan": "P",
		"last_level": 0,
		"last_done_on": None,
	}
	row.update(values)
	row.setdefault("outstanding_base", row["outstanding"])
	row.setdefault("is_credit", row["outstanding"] < 0)
	return row


def items(*rows: dict) -> pd.DataFrame:
	frame = pd.DataFrame(list(rows) or [item()])
	if not rows:
		frame = frame.iloc[:0]
	for column in ("posting_date", "due_date", "last_done_on"):
		frame[column] = pd.to_datetime(frame[column])
	return frame


def step(level: int, trigger_days: int, **values) -> Step:
	values = {"plan": "P", "step": f"S{level}", "channel": "Email", "letter": f"Letter {level}", **values}
	return Step(level=level, trigger_days=trigger_days, **values)


def invoice(customer: str = "C1", **values) -> dict:
	"""One invoice of a history: EUR 100, due 2024-01-31, paid that day in one payment."""
	return {
		"customer": customer,
		"voucher_no": "SI-1",
		"posting_date": "2024-01-01",
		"due_date": "2024-01-31",
		"currency": "EUR",
		"amount_base": 100.0,
		"paid_on": "2024-01-31",
		"payment_count": 1,
		**values,
	}


def history(*rows: dict) -> pd.DataFrame:
	frame = pd.DataFrame(list(rows))
	for column in ("posting_date", "due_date", "paid_on"):
		frame[column] = pd.to_datetime(frame[column])
	return frame
