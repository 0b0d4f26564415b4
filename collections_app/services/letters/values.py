"""The variables of a letter, written as the letter's language writes them. Their list is `engine/letter_variables.py`."""

from datetime import timedelta

from babel import Locale

import frappe
from frappe.utils import flt, getdate

from collections_app.engine.letter_variables import VARIABLES
from collections_app.services.letters.facts import Facts
from collections_app.services.letters.formats import format_day, format_money, format_rate, labels, locale_of

PAY_WITHIN_DAYS = 7
TEMPLATES = "collections_app/templates/collections"
MAIL, PRINT = "email", "print"


def variables(facts: Facts, language: str, medium: str = MAIL) -> dict:
	"""Name -> value of every documented variable; `medium` decides on the look of the items table alone."""
	locale, words, currency = locale_of(language), labels(language), facts.currency
	day = getdate(facts.day)
	rows = item_rows(facts.items, currency, locale)
	late = [item for item in facts.items if item["days_overdue"] > 0]
	charged = charges(facts, locale, words)
	total, total_overdue = (
		format_money(sum(flt(item["outstanding"]) for item in some), currency, locale)
		for some in (facts.items, late)
	)
	values = {
		"customer": frappe._dict(facts.customer),
		"company": frappe._dict(facts.company),
		"contact_name": facts.contact_name or "",
		"items": rows,
		"item_count": len(rows),
		"total": total,
		"total_overdue": total_overdue,
		**{key: charged[key] for key in ("interest", "indemnity", "fee", "total_with_charges")},
		"currency": currency,
		"oldest_days_overdue": max((item["days_overdue"] for item in facts.items), default=0),
		"level": facts.level,
		"tone": facts.tone or "",
		"promise": promise(facts.promise, locale),
		"pay_by": format_day(day + timedelta(days=PAY_WITHIN_DAYS), locale),
		"today": format_day(day, locale),
		"reference": facts.reference,
		"collector": facts.collector,
		"payment_link": facts.payment_link or "",
		"bank_account": facts.bank_account,
	}
	values["items_table"] = items_table(values, charged, words, medium)
	return {variable.name: values[variable.name] for variable in VARIABLES}


def item_rows(items: list[dict], currency: str, locale: Locale) -> list[dict]:
	return [
		frappe._dict(
			invoice=item["invoice"],
			po_no=item.get("po_no") or "",
			posting_date=format_day(item["posting_date"], locale) if item.get("posting_date") else "",
			due_date=format_day(item["due_date"], locale),
			days_overdue=item["days_overdue"],
			currency=currency,
			outstanding=format_money(item["outstanding"], currency, locale),
			interest=_amount(item.get("interest"), currency, locale),
			indemnity=_amount(item.get("indemnity"), currency, locale),
		)
		for item in items
	]


def _amount(amount: float | None, currency: str, locale: Locale) -> str:
	return format_money(amount, currency, locale) if amount else ""


def charges(facts: Facts, locale: Locale, words: dict[str, str]) -> dict:
	"""Late interest, indemnity, fee and the total with them as text; `rows`: how the interest of each item comes about."""
	currency = facts.currency
	interest, indemnity, total = (
		sum(flt(item.get(field)) for item in facts.items)
		for field in ("interest", "indemnity", "outstanding")
	)
	return {
		"interest": _amount(interest, currency, locale),
		"indemnity": _amount(indemnity, currency, locale),
		"fee": _amount(facts.fee, currency, locale),
		"total_with_charges": format_money(total + interest + indemnity + flt(facts.fee), currency, locale),
		"rows": [
			{
				"invoice": item["invoice"],
				"amount": format_money(item["interest"], currency, locale),
				"basis": words["interest_basis"].format(
					days=item["interest_days"], rate=format_rate(item["interest_rate"], locale)
				),
			}
			for item in facts.items
			if item.get("interest")
		],
	}


def items_table(values: dict, charged: dict, words: dict[str, str], medium: str) -> str:
	"""The HTML of the open items, and below it the charges where there are any."""
	table = {
		"items": values["items"],
		"has_po": any(row["po_no"] for row in values["items"]),
		"total": values["total"],
		"total_overdue": values["total_overdue"],
		"labels": words,
	}
	any_charge = charged["interest"] or charged["indemnity"] or charged["fee"]
	if medium == PRINT:
		return frappe.render_template(
			f"{TEMPLATES}/print_items.html", {**table, "charges": charged, "any_charge": any_charge}
		)
	html = frappe.render_template(f"{TEMPLATES}/items_table.html", table)
	if not any_charge:
		return html
	return html + frappe.render_template(f"{TEMPLATES}/charges.html", {**charged, "labels": words})


def promise(found: dict | None, locale: Locale) -> dict:
	"""The open promise as text; empty without one."""
	if not found:
		return frappe._dict()
	currency = found["currency"]
	return frappe._dict(
		amount=format_money(found["amount"], currency, locale),
		due_on=format_day(found["due_on"], locale),
		promised_by=found["promised_by"],
		instalments=[
			frappe._dict(
				amount=format_money(one["amount"], currency, locale), due_on=format_day(one["due_on"], locale)
			)
			for one in found["instalments"]
		],
	)
