"""The ZIP for an agency or a lawyer, written to disk file by file, so that a thousand invoices need no memory."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import frappe
from frappe import _
from frappe.core.api.file import get_max_file_size
from frappe.translate import print_language

from collections_app.services.hand_over.claim import Claim
from collections_app.services.hand_over.history import Event, history_of
from collections_app.services.hand_over.papers import csv_file, pdf_file
from collections_app.services.hand_over.statement import Account, statement_of
from collections_app.services.letters import speaking
from collections_app.services.run.errors import error_text

# kept free in a part for the lists at its end
RESERVE = 1024 * 1024
PART_BYTES = 20 * 1024 * 1024

CLAIM_HEADER = (
	*("case", "reference", "as_of", "creditor", "customer", "debtor", "debtor_type", "street", "address"),
	*("tax_id", "contact", "email", "phone", "row", "document_type", "document", "order_no", "document_date"),
	*("due_date", "days_overdue", "currency", "invoiced", "paid_or_credited", "principal", "interest"),
	*("interest_days", "interest_rate", "indemnity", "fee", "total", "owed_by", "remark"),
)
STATEMENT_HEADER = (
	*(
		"customer",
		"currency",
		"date",
		"document_type",
		"document",
		"due_date",
		"reference",
		"debit",
		"credit",
		"balance",
	),
)
HISTORY_HEADER = ("case", "date", "event", "channel", "with", "subject", "state", "record")
MANIFEST_HEADER = ("name", "bytes", "sha256", "part", "note")


@dataclass
class Entry:
	"""A file of the package, or one that is missing from it (`note` says why)."""

	name: str
	size: int = 0
	sha256: str = ""
	part: int = 1
	note: str = ""


@dataclass
class Package:
	"""What was written: the ZIP files in order (the lists are in the first), and what they hold."""

	paths: list[Path] = field(default_factory=list)
	entries: list[Entry] = field(default_factory=list)

	@property
	def missing(self) -> list[Entry]:
		return [entry for entry in self.entries if not entry.sha256]

	@property
	def size(self) -> int:
		return sum(path.stat().st_size for path in self.paths)


def build(
	claim: Claim, folder: Path, language: str, on_progress: Callable[[int, int], None] | None = None
) -> Package:
	"""Writes the package of a claim into `folder`; papers in `language`, invoices in the customer's own.

	`on_progress`: called with how many of the invoices are done and how many there are. An invoice that cannot be
	printed is named in the manifest with the reason; the others are there.
	"""
	writer = _Writer(folder, _file_stem(claim))
	with speaking(language):
		for name, content in papers_of(claim, language):
			writer.add(name, content)
	invoices = claim.invoices
	for position, invoice in enumerate(invoices):
		if on_progress:
			on_progress(position, len(invoices))
		name = f"invoices/{safe_name(invoice)}.pdf"
		try:
			writer.add(name, print_invoice(invoice, claim.language))
		except Exception as error:
			frappe.log_error(
				title="Hand-over file", reference_doctype="Sales Invoice", reference_name=invoice
			)
			writer.package.entries.append(Entry(name, note=_("not printed: {0}").format(error_text(error))))
	return writer.finish()


def papers_of(claim: Claim, language: str) -> list[tuple[str, bytes]]:
	"""The summary, the statement and the history, each as PDF and CSV."""
	accounts = [one for customer in claim.customers for one in statement_of(claim.company, customer)]
	events = history_of(claim.case, accounts)
	has_interest = any(item.interest for item in claim.items)
	kinds = {
		"Sales Invoice": _("Invoice"),
		"Payment Entry": _("Payment"),
		"Journal Entry": _("Journal entry"),
	}
	return [
		("01_claim_summary.pdf", pdf_file("claim", language, claim=claim, has_interest=has_interest)),
		("01_claim_summary.csv", csv_file(CLAIM_HEADER, claim_rows(claim))),
		(
			"02_statement_of_account.pdf",
			pdf_file("statement", language, claim=claim, accounts=accounts, kinds=kinds),
		),
		("02_statement_of_account.csv", csv_file(STATEMENT_HEADER, statement_rows(claim, accounts))),
		("03_case_history.pdf", pdf_file("history", language, claim=claim, events=events)),
		("03_case_history.csv", csv_file(HISTORY_HEADER, history_rows(claim, events))),
	]


def claim_rows(claim: Claim) -> list[tuple]:
	"""One row per item, each with the debtor's data, and one per dunning fee: the totals add up to the claim."""
	debtor = claim.debtor
	head = (
		*(claim.case, claim.reference, claim.as_of, claim.creditor.name, debtor.number, debtor.name),
		*(debtor.kind, debtor.address[0] if debtor.address else "", ", ".join(debtor.address[1:])),
		*(debtor.tax_id, debtor.contact, debtor.email, debtor.phone),
	)
	rows = [
		(
			*(*head, "item", one.voucher_type, one.voucher_no, one.po_no, one.posting_date, one.due_date),
			*(one.days_overdue, one.currency, one.invoiced, one.paid, one.principal, one.interest),
			*(one.interest_days, one.interest_rate, one.indemnity, 0, one.total),
			*(one.customer, one.remark),
		)
		for one in claim.items
	]
	for currency, fee in sorted(claim.fees.items()):
		rows.append(
			(
				*head,
				"fee",
				"",
				"",
				"",
				None,
				None,
				None,
				currency,
				0,
				0,
				0,
				0,
				None,
				None,
				0,
				fee,
				fee,
				claim.customer,
				"",
			)
		)
	return rows


def statement_rows(claim: Claim, accounts: list[Account]) -> list[tuple]:
	rows = []
	for account in accounts:
		start = (account.customer, account.currency)
		rows.append((*start, account.since, "Opening Balance", "", None, "", 0, 0, account.opening))
		for line in account.lines:
			rows.append(
				(
					*(*start, line.date, line.voucher_type, line.voucher_no, line.due_date, line.reference),
					*(line.debit, line.credit, line.balance),
				)
			)
		rows.append((*start, claim.as_of, "Closing Balance", "", None, "", 0, 0, account.closing))
	return rows


def history_rows(claim: Claim, events: list[Event]) -> list[tuple]:
	return [
		(claim.case, one.at, one.kind, one.channel, one.party, one.text, one.state, one.reference)
		for one in events
	]


def print_invoice(invoice: str, language: str) -> bytes:
	"""The invoice as the customer got it: the site's print format, in the customer's language."""
	before = frappe.local.flags.ignore_print_permissions
	# whoever started this was checked; a job of the outbox has no user who could be
	frappe.local.flags.ignore_print_permissions = True
	try:
		with print_language(language):
			return frappe.get_print("Sales Invoice", invoice, as_pdf=True)
	finally:
		frappe.local.flags.ignore_print_permissions = before


def safe_name(text: str) -> str:
	return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "file"


def _file_stem(claim: Claim) -> str:
	return f"{safe_name(claim.reference)}_{safe_name(claim.customer)}_{claim.as_of:%Y-%m-%d}"


class _Writer:
	"""Puts files into ZIP parts; the first stays open to the end, because the lists go there."""

	def __init__(self, folder: Path, stem: str):
		self.folder, self.stem = folder, stem
		self.limit = min(PART_BYTES, get_max_file_size()) - RESERVE
		self.package = Package()
		self.first = self.current = self._open()
		self.part_size = 0

	def _open(self) -> zipfile.ZipFile:
		number = len(self.package.paths) + 1
		name = f"{self.stem}.zip" if number == 1 else f"{self.stem}_part{number}.zip"
		self.package.paths.append(self.folder / name)
		return zipfile.ZipFile(self.folder / name, "w", zipfile.ZIP_DEFLATED)

	def add(self, name: str, content: bytes) -> None:
		# the size before packing: what is in a ZIP is never much larger
		if self.part_size and self.part_size + len(content) > self.limit:
			if self.current is not self.first:
				self.current.close()
			self.current, self.part_size = self._open(), 0
		self.current.writestr(name, content)
		self.part_size += len(content)
		digest = hashlib.sha256(content).hexdigest()
		self.package.entries.append(Entry(name, len(content), digest, len(self.package.paths)))

	def finish(self) -> Package:
		entries = self.package.entries
		rows = [(one.name, one.size, one.sha256, one.part if one.sha256 else "", one.note) for one in entries]
		self.first.writestr("manifest.csv", csv_file(MANIFEST_HEADER, rows))
		sums = "".join(f"{one.sha256}  {one.name}\n" for one in entries if one.sha256)
		self.first.writestr("SHA256SUMS", sums)
		self.current.close()
		self.first.close()
		return self.package
