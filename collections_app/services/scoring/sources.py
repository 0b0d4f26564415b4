"""What scores are made of, read from the database in a few set-based queries, each record with the day it was known."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Min

from collections_app.engine.risk_facts import BROKEN_PROMISE, DISPUTE_LOST, RETURNED_DEBIT, RiskSources
from collections_app.services.credit_limits import limit_rows
from collections_app.services.frames import query_frame
from collections_app.services.history import payment_history
from collections_app.services.receivables import open_items
from collections_app.services.run.context import RunContext
from collections_app.services.scoring.commitments import commitments
from collections_app.services.scoring.outside import cover_records, report_records


@dataclass(frozen=True)
class Records:
	"""The dated records of a company that do not depend on the day: see `RiskSources`."""

	incidents: pd.DataFrame
	commitments: pd.DataFrame
	limits: pd.DataFrame
	reports: pd.DataFrame
	covers: pd.DataFrame

	@classmethod
	def read(cls, company: str) -> "Records":
		return cls(
			incidents=incidents(company),
			commitments=commitments(company),
			limits=limit_rows(company),
			reports=report_records(company),
			covers=cover_records(company),
		)


def sources_of(context: RunContext) -> RiskSources:
	"""The sources of a pass of the cycle, from the frames it has read already."""
	segments = context.customers["customer_group"].rename(None)
	return RiskSources(
		history=context.history,
		items=context.items,
		segments=segments,
		**vars(Records.read(context.company)),
	)


def sources_on(company: str, day: date, segments: pd.Series, records: Records) -> RiskSources:
	"""The sources as they were at the end of a past day; of those in `segments`."""
	history = payment_history(company, day)
	items = open_items(company, as_of=day)
	there = segments.index.isin(pd.concat([history["customer"], items["customer"]]).unique())
	return RiskSources(
		history=history[history["customer"].isin(segments.index)],
		items=items[items["customer"].isin(segments.index)],
		segments=segments[there],
		**vars(records),
	)


def incidents(company: str) -> pd.DataFrame:
	"""customer, kind, known_on: promises broken, disputes lost, payments the bank took back."""
	promise, dispute = DocType("Promise to Pay"), DocType("Invoice Dispute")
	broken = query_frame(
		frappe.qb.from_(promise)
		# one in instalments is broken before its last is due
		.select(promise.customer, Coalesce(promise.settled_on, promise.due_on).as_("known_on"))
		.where((promise.company == company) & (promise.status == "Broken")),
		["known_on"],
	)
	lost = query_frame(
		frappe.qb.from_(dispute)
		.select(dispute.customer, dispute.closed_on.as_("known_on"))
		.where((dispute.company == company) & (dispute.status == "Rejected") & dispute.closed_on.isnotnull()),
		["known_on"],
	)
	parts = (
		(broken, BROKEN_PROMISE),
		(lost, DISPUTE_LOST),
		(_returned(company), RETURNED_DEBIT),
	)
	return pd.concat([frame.assign(kind=kind) for frame, kind in parts], ignore_index=True)


def _returned(company: str) -> pd.DataFrame:
	"""A payment or journal entry that opens an invoice again: what the bank took back."""
	ple = DocType("Payment Ledger Entry")
	return query_frame(
		frappe.qb.from_(ple)
		.select(ple.party.as_("customer"), ple.voucher_no, Min(ple.posting_date).as_("known_on"))
		.where(
			(ple.company == company)
			& (ple.delinked == 0)
			& (ple.party_type == "Customer")
			& (ple.against_voucher_type == "Sales Invoice")
			& ple.voucher_type.isin(["Payment Entry", "Journal Entry"])
			# a revaluation changes company currency alone
			& (ple.amount_in_account_currency > 0.005)
		)
		.groupby(ple.party, ple.voucher_no),
		["known_on"],
	)[["customer", "known_on"]]
