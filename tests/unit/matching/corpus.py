"""A made-up company's open items and bank credits, with what each credit really pays."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd

FIRST = "Arbor Bellweather Cygnus Drumlin Elster Fjord Gannet Heron Islay Jasper Kestrel Lindqvist".split()
SECOND = "Castings Dairy Freight Glass Hotels Labs Optics Paints Seeds Timber Tyres Yarns".split()
FORMS = ["GmbH", "Ltd", "SAS", "Oy", "BV", "S.p.A."]
NUMBERS: dict[str, Callable[[int], str]] = {
	"ERPNext's": lambda n: f"ACC-SINV-2026-{n:05d}",
	"slash and short year": lambda n: f"RE26/{n:04d}",
	"year last": lambda n: f"{n:05d}/2026",
	"digits alone": lambda n: f"{30_000_000 + 7 * n}",
}


def corpus(
	number: Callable[[int], str], seed: int, size: int = 600
) -> tuple[pd.DataFrame, pd.DataFrame, dict]:
	"""(items, payments, truth: payment -> {invoice: amount})."""
	chance = random.Random(seed)
	names = sorted({f"{a} {b} {c}" for a in FIRST for b in SECOND for c in FORMS if chance.random() < 0.08})
	items = []
	for n in range(1, 2 * size + 1):
		customer = min(int(chance.paretovariate(0.5)) - 1, len(names) - 1)
		usual = chance.random() < 0.85
		amount = (
			round(chance.lognormvariate(5, 1.2), 2) if usual else chance.choice([50.0, 100.0, 250.0, 1000.0])
		)
		items.append(
			{
				"invoice": number(n),
				"customer": f"C{customer:03d}",
				"customer_name": names[customer],
				"iban": f"FI{customer:016d}" if customer % 3 else "",
				"currency": "EUR",
				"outstanding": amount,
				"posting_date": "2026-08-01",
			}
		)
	order = list(range(len(items)))
	chance.shuffle(order)
	payments, truth = [], {}
	for n in range(size):
		item = items[order[n]]
		key, amount, text, pays = f"P{n:04d}", item["outstanding"], item["invoice"], {}
		kind = chance.choices(KINDS, WEIGHTS)[0]
		pays = {item["invoice"]: amount}
		if kind == "part":
			amount = max(round(amount / 4, 2), 0.01)
			text, pays = f"{text} acompte", {item["invoice"]: amount}
		elif kind == "over":
			amount, text = round(amount + 7.5, 2), f"GUTSCHRIFT {text}"
		elif kind == "mangled":
			text = text.lower().replace("-", " ").replace("0", "O", 1)
		elif kind == "amount":
			text = chance.choice(["", "invoice", "Rechnung"])
		elif kind == "stranger":
			text, pays = "payout", {}
		elif kind == "not open":
			text, pays = number(9000 + n), {}
		name, iban = item["customer_name"], f"FI{int(item['customer'][1:]):016d}"
		if kind == "stranger":
			name, iban = "Card Acquirer plc", "LT0001"
		if chance.random() < 0.2:
			name, iban = name.upper()[: chance.randint(14, 40)], ""
		text = " ".join(text[at : at + 27] for at in range(0, len(text), 27))
		payments.append(
			{
				"payment_id": key,
				"date": "2026-11-17",
				"amount": amount,
				"currency": "EUR",
				"counterparty_name": name,
				"counterparty_iban": iban,
				"remittance": text,
			}
		)
		truth[key] = pays
	return pd.DataFrame(items), pd.DataFrame(payments), truth


KINDS = ["exact", "mangled", "part", "over", "amount", "stranger", "not open"]
WEIGHTS = [50, 20, 8, 4, 12, 4, 2]
