"""What a message brings along, as its step says: the invoices it is about, and the statement of account."""

import io
from types import SimpleNamespace

from pypdf import PdfReader, PdfWriter

from frappe import _
from frappe.utils import getdate

from collections_app.services.hand_over.files import store_content
from collections_app.services.hand_over.package import print_invoice
from collections_app.services.hand_over.papers import pdf_file
from collections_app.services.hand_over.parties import creditor_of, debtor_of
from collections_app.services.hand_over.statement import statement_of
from collections_app.services.letters import speaking


def invoices_of(action) -> list[str]:
	"""The Sales Invoices it is about, each once."""
	if not action.attach_invoices:
		return []
	return list(dict.fromkeys(row.voucher_no for row in action.items if row.voucher_type == "Sales Invoice"))


def attachments_of(action) -> list[dict]:
	"""For an e-mail: each invoice as a PDF that Frappe makes when the message is sent, and the statement as a file."""
	attachments = [
		{
			"print_format_attachment": 1,
			"doctype": "Sales Invoice",
			"name": invoice,
			"lang": action.language,
		}
		for invoice in invoices_of(action)
	]
	if action.attach_statement:
		with speaking(action.language):
			name = _("Statement of Account")
		file = store_content(f"{name}.pdf", statement_pdf(action), action.doctype, action.name)
		attachments.append({"fid": file.name})
	return attachments


def with_enclosures(letter: bytes, action) -> bytes:
	"""For a printed letter: its PDF with statement and invoices behind it, to be printed in one go."""
	papers = [statement_pdf(action)] if action.attach_statement else []
	papers += [print_invoice(invoice, action.language) for invoice in invoices_of(action)]
	if not papers:
		return letter
	writer = PdfWriter()
	for paper in (letter, *papers):
		writer.append_pages_from_reader(PdfReader(io.BytesIO(paper)))
	file = io.BytesIO()
	writer.write(file)
	return file.getvalue()


def statement_pdf(action) -> bytes:
	"""The accounts, in the letter's language, of the customers the message is about."""
	customers = dict.fromkeys([action.customer, *(row.customer for row in action.items if row.customer)])
	with speaking(action.language):
		return pdf_file(
			"statement",
			action.language,
			claim=SimpleNamespace(
				customer=action.customer,
				creditor=creditor_of(action.company),
				debtor=debtor_of(action.customer),
				reference=action.name,
				as_of=getdate(),
			),
			accounts=[one for customer in customers for one in statement_of(action.company, customer)],
			kinds={
				"Sales Invoice": _("Invoice"),
				"Payment Entry": _("Payment"),
				"Journal Entry": _("Journal entry"),
			},
		)
