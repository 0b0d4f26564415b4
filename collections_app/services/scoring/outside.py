"""What bureaus, insurers and lists said of a company's customers: Credit Reports and Credit Covers as dated records."""

import json

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.engine.outside_facts import FLAGS
from collections_app.services.credit.covers import exchange_rate
from collections_app.services.frames import query_frame
from collections_app.services.settings import company_currency

REQUESTED = "Requested"
# a report says of a customer what its connector puts among the details
YES = (True, 1, "1", "true", "True", "yes", "Yes")


def report_records(company: str) -> pd.DataFrame:
	"""See `outside_facts.opinions`. A report is known from the day it was stored, however old it says it is."""
	report = DocType("Credit Report")
	frame = query_frame(
		frappe.qb.from_(report)
		.select(
			report.customer,
			report.provider,
			report.has_score,
			report.score_0_100.as_("score"),
			report.provider_score.as_("value"),
			report.reported_on,
			report.creation.as_("stored_on"),
			report.valid_until,
			report.details,
		)
		.where(report.company == company)
		# the last word of a day counts
		.orderby(report.creation),
		["reported_on", "stored_on", "valid_until"],
		["has_score", "score"],
	)
	frame["score"] = frame["score"].where(frame["has_score"] > 0)
	frame["value"] = frame["value"].where(
		frame["value"].fillna("") != "", frame["score"].round().astype("object")
	)
	frame["known_on"] = frame[["reported_on", "stored_on"]].max(axis=1)
	details = frame["details"].map(_details)
	for flag in FLAGS:
		frame[flag] = [None if flag not in one else one[flag] in YES for one in details]
	return frame


def _details(text: str | None) -> dict:
	try:
		found = json.loads(text or "{}")
	except ValueError:
		return {}
	return found if isinstance(found, dict) else {}


def cover_records(company: str) -> pd.DataFrame:
	"""See `outside_facts.cover_facts`. What is only asked for covers nothing yet."""
	cover = DocType("Credit Cover")
	frame = query_frame(
		frappe.qb.from_(cover)
		.select(
			cover.customer,
			cover.status,
			cover.currency,
			cover.amount,
			cover.valid_from,
			cover.valid_until,
			cover.creation.as_("known_on"),
			cover.modified,
		)
		.where((cover.company == company) & (cover.status != REQUESTED)),
		["valid_from", "valid_until", "known_on", "modified"],
		["amount"],
	)
	lost = frame["status"].isin(["Refused", "Cancelled"])
	frame["lost"] = lost
	# how long it was in force is not kept: it ends with the change that says so
	frame["ended_on"] = frame["modified"].where(lost)
	frame.loc[frame["status"] == "Refused", "amount"] = 0.0
	base, today = company_currency(company), frappe.utils.getdate()
	rates = {one: exchange_rate(one, base, today) for one in frame["currency"].unique()}
	frame["amount_base"] = (frame["amount"] * frame["currency"].map(rates)).astype("float64")
	return frame
