"""Letters before anyone gets them: on a real customer or on samples, saved or as they are being written."""

import frappe

from collections_app.engine.ageing import add_ageing
from collections_app.engine.channels import PRINTED, TEXTS
from collections_app.engine.frames import effective_due_date
from collections_app.engine.sms import sms_size
from collections_app.services import settings
from collections_app.services.charges.compute import Charger
from collections_app.services.letters import printed
from collections_app.services.letters.checks import FIELDS, check_text
from collections_app.services.letters.facts import Facts, look_up
from collections_app.services.letters.languages import pick_translation
from collections_app.services.letters.render import Letter, Writer, writer_of_action
from collections_app.services.letters.samples import sample_facts
from collections_app.services.online_payments.asked import example, example_for
from collections_app.services.receivables import open_items


def customer_facts(customer: str, company: str, tone: str = "") -> Facts | None:
	"""The customer's open invoices of today (overdue ones where there are any); None without an invoice.

	One currency only, as in a real message: the one with the most outstanding in company currency.
	"""
	items = open_items(company, customers=[customer])
	items = add_ageing(items.assign(due_date=effective_due_date(items)), frappe.utils.getdate())
	debts = items[items["outstanding"] > 0]
	if debts.empty:
		return None
	currency = debts.groupby("currency")["outstanding_base"].sum().idxmax()
	debts = debts[debts["currency"] == currency]
	overdue = debts[debts["days_overdue"] > 0]
	chosen = overdue if len(overdue) else debts
	rows = [
		{
			"invoice": row["voucher_no"],
			"posting_date": row["posting_date"].date(),
			"due_date": row["due_date"].date(),
			"days_overdue": int(row["days_overdue"]),
			"outstanding": row["outstanding"],
		}
		for row in chosen.to_dict("records")
	]
	return look_up(
		company,
		customer,
		rows,
		currency,
		collector=settings.company_row(company).default_collector,
		payment_link=example(company),
		tone=tone,
		reference=frappe._("Preview"),
	)


def preview_letter(letter: str, customer: str, company: str, language: str | None = None) -> Letter | None:
	"""The saved letter as the customer would get it by e-mail; None without an open invoice."""
	doc = frappe.get_doc("Collection Letter", letter)
	facts = customer_facts(customer, company, doc.tone)
	if not facts:
		return None
	language = language or frappe.db.get_value("Customer", customer, "language")
	return Writer(pick_translation(doc, language, company), facts).email


def draft_writer(texts: dict[str, str], language: str, tone: str, facts: Facts | None) -> Writer:
	"""What writes texts that are not saved; on samples without facts."""
	translation = frappe._dict({field: texts.get(field) or "" for field in FIELDS}, language=language)
	return Writer(translation, facts or sample_facts(tone=tone))


def preview_draft(
	texts: dict[str, str], language: str, tone: str, facts: Facts | None, company: str | None, medium: str
) -> dict:
	"""`problems` of all texts; `text` and `size` of the text message, and for Email and Letter `subject` and `html`: each
	only where its texts have no problem."""
	found = [one for field in FIELDS for one in check_text(1, language, field, texts.get(field) or "")]
	result = {"problems": [one.as_dict() for one in found], "sample": facts is None}
	broken = {one.field for one in found}
	writer = draft_writer(texts, language, tone, facts)
	if "sms_text" not in broken:
		result.update({"text": writer.sms, "size": vars(sms_size(writer.sms))})
	if medium == "SMS" or broken & {"subject", "body"}:
		return result
	html = printed.html_of(draft_action(writer, company)) if medium == "Letter" else writer.html
	return {**result, "subject": writer.subject, "html": html}


def draft_action(writer: Writer, company: str | None):
	"""A Collection Action that is nowhere but in memory, for the print format."""
	facts = writer.facts
	action = frappe.new_doc("Collection Action")
	action.update(
		{
			"name": facts.reference,
			"company": company or facts.company["name"],
			"customer": facts.customer["name"],
			"customer_name": facts.customer["customer_name"],
			"channel": "Letter",
			"language": writer.language,
			"currency": facts.currency,
		}
	)
	action.flags.letter_writer = writer
	return action


def preview_of_action(action) -> dict:
	"""What would go out now if the action were sent: subject, html, text message, language and recipients."""
	Charger(action.company, frappe.utils.getdate()).for_action(action)
	action.flags.payment_link = example_for(action)
	writer = writer_of_action(action)
	preview = {**vars(writer.email), "recipients": action.recipients or ""}
	if action.channel in TEXTS:
		return {**preview, "text": writer.sms, "size": vars(sms_size(writer.sms))}
	if action.channel in PRINTED:
		action.flags.letter_writer = writer
		return {**preview, "html": printed.html_of(action)}
	return preview
