"""Where in a payer's text the numbers of open items stand: for showing why a proposal was made."""

from __future__ import annotations

import pandas as pd

from collections_app.engine.matching import normalise
from collections_app.engine.matching.openitems import read_items
from collections_app.engine.matching.references import DIGITS, ReferenceIndex

LONGEST_NUMBER = 12


def reference_spans(text: str, items: pd.DataFrame) -> list[dict]:
	"""The parts of `text` that name an open item, in order and without overlap.

	items: invoice, customer, currency, outstanding; optional item, po_no (as `match_payments` takes them).
	Returns dicts: start, end (places in `text`), invoices (numbers it may mean). A number that is found only once
	the bank's line breaks are undone has no place in the text as it stands and is left out.
	"""
	if not text or not len(items):
		return []
	open_items = read_items(items)
	index = ReferenceIndex(open_items)
	folded = [normalise.fold(one) for one in text]
	places = [place for place, one in enumerate(folded) for _ in one]
	found = index.find(text)
	written = "".join(folded)
	spans: dict[tuple[int, int], set[int]] = {}
	for mention in found.mentions:
		if mention.end <= len(written) and DIGITS.search(written[mention.start : mention.end]):
			spans.setdefault((mention.start, mention.end), set()).update(mention.documents)
	rest = found.rests[0] if found.rests else ""
	for run in DIGITS.finditer(rest):
		if len(rest) == len(written) and len(run.group()) <= LONGEST_NUMBER:
			for customer in open_items.of_customer:
				documents = index.by_last_digits(customer, run.group())
				if documents:
					spans.setdefault(run.span(), set()).update(documents)
	shown, last = [], 0
	for (start, end), documents in sorted(spans.items()):
		if start >= last:
			invoices = sorted({open_items.invoice[open_items.first(one)] for one in documents})
			shown.append({"start": places[start], "end": places[end - 1] + 1, "invoices": invoices})
			last = end
	return shown
