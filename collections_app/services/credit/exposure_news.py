"""The largest risks in a credit exposure, and what changed since some days before, in plain words."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, fmt_money, formatdate

from collections_app.services.credit.covers import APPROVED, insurance_on
from collections_app.services.frames import query_frame

MOST = 6
# a customer whose exposure moved by less than this share of it has not changed
LEAST_MOVE = 0.2
# not scored yet: as if in the middle
UNKNOWN_SCORE = 50.0


def top_risks(table: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
	"""The customers of an exposure table (see `exposure_table`) with the most at risk, the most first, with `at_risk`: what
	is not insured, times how far the score is from 100."""
	score = table["risk_score"].fillna(UNKNOWN_SCORE).clip(0, 100)
	found = table.assign(at_risk=(table["uninsured"] * (100 - score) / 100).round(2))
	found = found[found["at_risk"] > 0]
	return found.sort_values(["at_risk", "customer"], ascending=[False, True]).head(most)


def changes(
	table: pd.DataFrame, company: str, day: date, days_before: int, currency: str, most: int = MOST
) -> list[dict]:
	"""What is new of customers since `days_before` ago: customer, customer_name, texts; what makes things worse first, then
	by how much the exposure moved."""
	before = day - timedelta(days=days_before)
	ended = _ended_covers(company, before, day)
	covered = insurance_on(company, before)["cover"]
	rows = []
	for row in table.itertuples():
		worse = _worse(row, covered.get(row.customer), ended.get(row.customer, []))
		texts = [*worse, *_other(row, currency)]
		if texts:
			rows.append((len(worse), abs(row.change), row, texts))
	rows.sort(key=lambda one: (-one[0], -one[1], one[2].customer))
	return [
		{"customer": row.customer, "customer_name": row.customer_name, "texts": texts}
		for _worse_ones, _moved, row, texts in rows[:most]
	]


def _worse(row, covered_before: float | None, ended: list[str]) -> list[str]:
	texts = []
	if row.risk_band_before and row.risk_band > row.risk_band_before:
		texts.append(_("risk {0}, was {1}").format(row.risk_band, row.risk_band_before))
	if row.over_limit > 0 and row.exposure_before <= row.credit_limit:
		share = round(100 * row.over_limit / row.credit_limit)
		texts.append(_("now over its limit by {0} %").format(share))
	if row.cover > 0 and row.exposure > row.cover and row.exposure_before <= flt(covered_before):
		texts.append(_("now above its cover"))
	return texts + ended


def _other(row, currency: str) -> list[str]:
	texts = []
	if row.risk_band and row.risk_band < row.risk_band_before:
		texts.append(_("risk {0}, was {1}").format(row.risk_band, row.risk_band_before))
	if abs(row.change) >= LEAST_MOVE * max(row.exposure, row.exposure_before) and round(abs(row.change), 2):
		amount = fmt_money(abs(row.change), currency=currency)
		texts.append((_("owes {0} more") if row.change > 0 else _("owes {0} less")).format(amount))
	return texts


def _ended_covers(company: str, before: date, day: date) -> dict[str, list[str]]:
	"""Customer -> a text for each cover that ended, or was taken back, after `before`."""
	cover = DocType("Credit Cover")
	last = cover.valid_until
	taken_back = cover.status.isin(["Cancelled", "Refused"]) & (cover.modified >= before)
	ran_out = cover.status.isin([APPROVED, "Expired"]) & (last >= before) & (last < day)
	rows = query_frame(
		frappe.qb.from_(cover)
		.select(cover.customer, cover.insurer, cover.status, cover.valid_until)
		.where((cover.company == company) & (cover.modified < day + timedelta(days=1)))
		.where(taken_back | ran_out)
		.orderby(cover.name),
		["valid_until"],
	)
	found: dict[str, list[str]] = {}
	for row in rows.itertuples():
		if row.status == "Refused":
			text = _("{0} refused the cover").format(row.insurer)
		elif row.status == "Cancelled":
			text = _("cover by {0} cancelled").format(row.insurer)
		else:
			text = _("cover by {0} ended on {1}").format(row.insurer, formatdate(row.valid_until))
		found.setdefault(row.customer, []).append(text)
	return found
