"""The shipped letters and sample values to render them with."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from collections_app.engine.letter_variables import BY_NAME

APP = Path(__file__).parents[3] / "collections_app"
DATA = APP / "data"
DOCTYPES = APP / "collections" / "doctype"
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
LETTERS = tuple(sorted(path.name for path in (DATA / "letters").iterdir() if path.is_dir()))
TABLE_MARK = "<table><tr><td>the open items</td></tr></table>"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}

ENVIRONMENT = Environment(
	undefined=StrictUndefined, loader=FileSystemLoader(APP / "templates" / "collections")
)

# What a letter may use: a variable and, where it has some, its fields.
VARIABLES = {variable.name: set(variable.fields) for variable in BY_NAME.values()}


def read_json(name: str):
	return json.loads((DATA / name).read_text(encoding="utf-8"))


def doctype_fields(doctype: str) -> dict[str, dict]:
	"""fieldname -> field, as the DocType of the app has it."""
	path = DOCTYPES / doctype / f"{doctype}.json"
	return {field["fieldname"]: field for field in json.loads(path.read_text(encoding="utf-8"))["fields"]}


def read_letter(slug: str, language: str) -> tuple[str, str]:
	"""The subject and the body of a letter, not rendered."""
	text = (DATA / "letters" / slug / f"{language}.html").read_text(encoding="utf-8")
	head, body = text.split("\n\n", 1)
	assert head.startswith("Subject: ")
	return head.removeprefix("Subject: "), body


def sample_items(count: int, days_overdue: int = 41) -> list[dict]:
	"""`count` items, each ten days younger than the one before."""
	return [
		{
			"invoice": f"ACC-SINV-2026-0021{number}",
			"posting_date": "2026-08-29",
			"due_date": "2026-09-28",
			"days_overdue": days_overdue - 10 * number,
			"currency": "EUR",
			"outstanding": "€ 1,234,567.89",
			"po_no": "PO-77120" if number == 0 else "",
			"interest": "€ 3.21",
			"indemnity": "€ 40.00",
		}
		for number in range(count)
	]


def sample_values(count: int = 3, days_overdue: int = 41, known_people: bool = True) -> dict:
	"""Every variable of a letter; without `known_people` all that may be empty is empty."""
	person = {
		"full_name": "Sarah Lindqvist",
		"email": "s.lindqvist@nordwind.example",
		"phone": "+44 20 7946 0021",
	}
	bank = {
		"bank": "Commerzbank",
		"iban": "DE89 3704 0044 0532 0130 00",
		"account_name": "Nordwind <Trading>",
		"bic": "COBADEFFXXX",
	}
	promise = {
		"amount": "€ 900.00",
		"due_on": "30 November 2026",
		"promised_by": "Claire <Keller>",
		"instalments": [],
	}
	return {
		"customer": {"customer_name": "Müller & Söhne <GmbH>", "name": "CUST-0007"},
		"company": {
			"name": "Nordwind & Trading Ltd",
			"email": "ar@nordwind.example",
			"phone": "+44 20 7946 0018",
		},
		"contact_name": "Claire <Keller>" if known_people else "",
		"items": sample_items(count, days_overdue),
		"items_table": TABLE_MARK,
		"total": "€ 2,345,678.90",
		"total_overdue": "€ 1,876,543.21",
		"interest": "€ 12,345.67",
		"indemnity": "€ 120.00",
		"fee": "€ 5.00",
		"total_with_charges": "€ 2,358,144.57",
		"currency": "EUR",
		"oldest_days_overdue": days_overdue,
		"item_count": count,
		"level": 3,
		"tone": "Firm",
		"promise": promise if known_people else {},
		"collector": person if known_people else {},
		"bank_account": bank if known_people else {},
		"pay_by": "18 November 2026",
		"payment_link": "https://pay.nordwind.example/i/00042" if known_people else "",
		"today": "8 November 2026",
		"reference": "COL-ACT-2026-00042",
	}


def read_messages(slug: str) -> dict[str, str]:
	"""Language -> the text message of a letter, not rendered."""
	file = DATA / "letters" / slug / "sms.json"
	return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def render(template: str, values: dict) -> str:
	return ENVIRONMENT.from_string(template).render(**values)


class OpenTags(HTMLParser):
	"""Collects what is not well-formed: tags closed that were not open, tags never closed."""

	def __init__(self) -> None:
		super().__init__()
		self.open: list[str] = []
		self.wrong: list[str] = []

	def handle_starttag(self, tag: str, attrs: list) -> None:
		if tag not in VOID:
			self.open.append(tag)

	def handle_endtag(self, tag: str) -> None:
		if self.open and self.open[-1] == tag:
			self.open.pop()
		else:
			self.wrong.append(f"</{tag}> at line {self.getpos()[0]}")


def html_errors(html: str) -> list[str]:
	parser = OpenTags()
	parser.feed(html)
	parser.close()
	return parser.wrong + [f"<{tag}> is not closed" for tag in parser.open]
