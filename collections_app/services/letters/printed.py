"""The printed letter: what the print format shows, its PDF, and several letters in one file."""

import io

from pypdf import PdfReader, PdfWriter

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from collections_app.engine.channels import PRINTED
from collections_app.engine.outbox import OUT
from collections_app.exceptions import ActionStateError
from collections_app.services import settings
from collections_app.services.letters.formats import format_day, labels, locale_of, speaking
from collections_app.services.letters.postal import company_lines, customer_lines
from collections_app.services.letters.render import writer_of_action

PRINT_FORMAT = "Collection Letter"


def printed(action) -> dict:
	"""All the print format shows of a Collection Action; the text as sent where it is out, else as it would be now.

	`action.flags.letter_writer`: what writes the text instead (the preview of texts that are not saved).
	"""
	writer = writer_for(action)
	# what went out is printed again as it was
	kept = action.channel in PRINTED and action.status in OUT and action.message
	with speaking(writer.language):
		words, facts = labels(writer.language), writer.facts
		sent_on = getdate(action.sent_at) if kept and action.sent_at else facts.day
		day = format_day(sent_on or getdate(), locale_of(writer.language))
		own = company_lines(action.company)
		return frappe._dict(
			lang=writer.language,
			company=facts.company,
			sender=" · ".join([facts.company["name"], *own]),
			own_lines=own,
			address=customer_lines(
				action.customer, facts.customer["customer_name"], facts.contact_name, action.company
			)
			or [facts.customer["customer_name"]],
			window=address_window(action.company),
			reference=reference_block(words, facts, day),
			subject=action.subject if kept else writer.subject,
			body=action.message if kept else writer.print_body,
			page_of=page_of(words),
		)


def writer_for(action):
	"""What writes the text; looked up once. ActionStateError for an action without a letter."""
	if not action.flags.get("letter_writer"):
		if not action.letter:
			frappe.throw(_("{0} has no letter to print.").format(action.name), ActionStateError)
		action.flags.letter_writer = writer_of_action(action)
	return action.flags.letter_writer


def reference_block(words: dict[str, str], facts, day: str) -> list[tuple[str, str]]:
	"""Label and value of each line beside the address; those that are unknown are left out."""
	lines = (
		(words["date"], day),
		(words["customer_no"], facts.customer["name"]),
		(words["reference"], facts.reference),
		(words["contact"], facts.collector.get("full_name")),
		(words["phone"], facts.collector.get("phone") or facts.company["phone"]),
		(words["email"], facts.collector.get("email") or facts.company["email"]),
	)
	return [(label, value) for label, value in lines if value]


def page_of(words: dict[str, str]) -> str:
	"""HTML whose numbers the PDF generators fill in: the elements of these classes in `#footer-html`."""
	text = escape_html(words["page_of"])
	page, pages = (f'<span class="{name}"></span>' for name in ("page", "topage"))
	return text.replace("{page}", page).replace("{pages}", pages)


def address_window(company: str) -> str:
	"""Left or Right, as set for the company."""
	for row in settings.get().companies:
		if row.company == company:
			return row.get("address_window") or "Left"
	return "Left"


def set_letter_head(action) -> None:
	"""The company's letter head, before Frappe looks for the default one of the site."""
	head = frappe.get_cached_value("Company", action.company, "default_letter_head")
	if head and not action.get("letter_head"):
		action.letter_head = head


def pdf_of(action) -> bytes:
	"""The letter as PDF, in its language."""
	with speaking(writer_for(action).language):
		return frappe.get_print(
			action.doctype, action.name, print_format=PRINT_FORMAT, as_pdf=True, doc=action
		)


def html_of(action) -> str:
	"""The printed letter as a page of HTML, for a look at it. Writes nothing, not even to the access log."""
	from frappe.www.printview import get_print_style, get_rendered_template

	print_format = frappe.get_doc("Print Format", PRINT_FORMAT)
	with speaking(writer_for(action).language):
		body = get_rendered_template(action, print_format=print_format, no_letterhead=0)
		style = get_print_style(print_format=print_format)
	return (
		f"<!DOCTYPE html><html><head><meta charset='utf-8'><style>{style}\n.visible-pdf {{ display: none; }}</style>"
		f"</head><body style='margin: 0'><div class='print-format'>{body}</div></body></html>"
	)


def stored_pdf(action) -> bytes | None:
	"""The file kept when the letter was handed over."""
	if not action.document:
		return None
	name = frappe.db.get_value(
		"File",
		{"file_url": action.document, "attached_to_doctype": action.doctype, "attached_to_name": action.name},
	)
	return frappe.get_doc("File", name).get_content() if name else None


def merged_pdf(actions: list) -> bytes:
	"""The letters of these actions in one file, in their order: as kept where they are out, else as of now."""
	writer = PdfWriter()
	for action in actions:
		writer.append_pages_from_reader(PdfReader(io.BytesIO(stored_pdf(action) or pdf_of(action))))
	file = io.BytesIO()
	writer.write(file)
	return file.getvalue()
