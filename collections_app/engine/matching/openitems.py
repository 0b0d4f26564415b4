"""Open items as the matching needs them: checked, in integer minor units, by invoice and by customer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from collections_app.engine.money import minor_series

NEEDED = ("invoice", "customer", "currency", "outstanding")
NO_DAY = np.iinfo(np.int64).max


class MatchInputError(ValueError):
	"""A frame that cannot be matched: says which column or row is wrong."""


@dataclass(frozen=True)
class DiscountTerms:
	"""An early-payment discount that was agreed: how much (minor units), and the last day of it (since 1970)."""

	amount: int
	until: int


@dataclass
class OpenItems:
	"""The open items, one row each, and what is still open of them while payments are being matched.

	A document is an invoice (or credit note) of one customer in one currency: one item, or one for each
	payment term, earliest due first. `remaining` is changed by `take` alone and never changes its sign.
	"""

	item: list[str]
	invoice: list[str]
	customer: list[str]
	currency: list[str]
	outstanding: list[int]
	posted: list[int]
	due: list[int]
	order_no: list[str]
	discount: list[int]
	discount_until: list[int]
	remaining: list[int] = field(init=False)
	document_of: list[int] = field(init=False)
	documents: list[list[int]] = field(init=False)
	of_customer: dict[str, list[int]] = field(init=False)

	def __post_init__(self) -> None:
		self.remaining = list(self.outstanding)
		self.documents, self.document_of, self.of_customer = [], [], {}
		known: dict[tuple[str, str, str], int] = {}
		for row, key in enumerate(zip(self.customer, self.invoice, self.currency, strict=True)):
			document = known.setdefault(key, len(self.documents))
			if document == len(self.documents):
				self.documents.append([])
			self.documents[document].append(row)
			self.document_of.append(document)
			self.of_customer.setdefault(key[0], []).append(row)
		for rows in self.documents:
			rows.sort(key=lambda row: (self.due[row], row))

	def first(self, document: int) -> int:
		"""A document's first item: names its invoice, customer and currency."""
		return self.documents[document][0]

	def open_amount(self, document: int) -> int:
		"""What is still open of a document (minor units)."""
		return sum(self.remaining[row] for row in self.documents[document])

	def terms(self, document: int) -> DiscountTerms | None:
		"""What the payment terms of a document let its payer deduct, of what is open whole; None without such terms."""
		return self.terms_of([row for row in self.documents[document] if self.discount[row]])

	def terms_of(self, rows: list[int]) -> DiscountTerms | None:
		"""The same of some items. Where their last days differ, the first counts."""
		rows = [row for row in rows if self.discount[row] and self.remaining[row] == self.outstanding[row]]
		if not rows:
			return None
		return DiscountTerms(
			sum(self.discount[row] for row in rows), min(self.discount_until[row] for row in rows)
		)

	def spread(self, document: int, amount: int) -> list[tuple[int, int]]:
		"""An amount on a document's items: on the one it equals, else earliest due first. (item, amount)
		pairs."""
		rows = self.documents[document]
		for row in rows:
			if self.remaining[row] == amount:
				return [(row, amount)]
		parts, left = [], amount
		for row in rows:
			part = (
				max(min(left, self.remaining[row]), 0)
				if amount > 0
				else min(max(left, self.remaining[row]), 0)
			)
			if part:
				parts.append((row, part))
				left -= part
		return parts

	def fits(self, allocations: list[tuple[int, int]]) -> bool:
		"""Whether all allocations (item, amount) still fit into what is open."""
		return all(
			(0 < amount <= self.remaining[row]) or (self.remaining[row] <= amount < 0)
			for row, amount in allocations
		)

	def take(self, allocations: list[tuple[int, int]]) -> None:
		"""Book allocations that fit."""
		for row, amount in allocations:
			self.remaining[row] -= amount


def read_items(frame: pd.DataFrame) -> OpenItems:
	"""The items frame checked and converted. MatchInputError naming a missing column or a broken row.

	Columns: invoice, customer, currency, outstanding (major units, < 0 for credit notes); optional item (else
	the invoice, numbered where it repeats), posting_date, due_date, po_no, discount (major units; what the payment terms
	let the payer deduct) and discount_until (the last day for it).
	"""
	require(frame, NEEDED, "items")
	frame = frame.reset_index(drop=True)
	currency = frame["currency"].astype(str).str.strip().str.upper()
	invoice = text_column(frame, "invoice")
	if "item" in frame:
		item = text_column(frame, "item")
	else:
		again = frame.groupby([frame["customer"].astype(str), pd.Series(invoice)]).cumcount()
		item = [one if not n else f"{one}|{n}" for one, n in zip(invoice, again, strict=True)]
	return OpenItems(
		item=item,
		invoice=invoice,
		customer=text_column(frame, "customer"),
		currency=currency.tolist(),
		outstanding=to_minor_list(frame["outstanding"], currency, "items", "outstanding"),
		posted=day_column(frame, "posting_date", -NO_DAY),
		due=day_column(frame, "due_date", NO_DAY),
		order_no=text_column(frame, "po_no"),
		discount=_discounts(frame, currency),
		discount_until=day_column(frame, "discount_until", -NO_DAY),
	)


def _discounts(frame: pd.DataFrame, currency: pd.Series) -> list[int]:
	if "discount" not in frame:
		return [0] * len(frame)
	return to_minor_list(frame["discount"].fillna(0).replace("", 0), currency, "items", "discount")


def require(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
	"""MatchInputError when a column is missing."""
	missing = [column for column in columns if column not in frame]
	if missing:
		raise MatchInputError(f"The {name} lack the column {', '.join(missing)}")


def text_column(frame: pd.DataFrame, column: str) -> list[str]:
	"""A column as stripped texts; "" where it is missing or empty."""
	if column not in frame:
		return [""] * len(frame)
	return ["" if one is None or one != one else str(one).strip() for one in frame[column].tolist()]


def day_column(frame: pd.DataFrame, column: str, missing: int) -> list[int]:
	"""A date column as days since 1970; `missing` where there is none or it is no date."""
	if column not in frame:
		return [missing] * len(frame)
	days = pd.to_datetime(frame[column], errors="coerce", format="ISO8601")
	numbers = days.to_numpy().astype("datetime64[D]").astype("int64")
	return [missing if nat else int(one) for one, nat in zip(numbers, days.isna(), strict=True)]


def to_minor_list(amounts: pd.Series, currency: pd.Series, name: str, column: str) -> list[int]:
	"""Amounts as minor units; MatchInputError naming the first row that is no amount."""
	numbers = pd.to_numeric(amounts, errors="coerce")
	if numbers.isna().any():
		row = int(numbers.isna().to_numpy().argmax())
		raise MatchInputError(f"Row {row + 1} of the {name}: {column} {amounts.iloc[row]!r} is no amount")
	try:
		return minor_series(numbers, currency).tolist()
	except ValueError as error:
		raise MatchInputError(f"The {name}: {error}") from None
