"""The table of open items and the frame a letter is sent in: what is shown, and that mail clients can show it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from letter_samples import APP, ENVIRONMENT, LANGUAGES, html_errors, read_json, sample_items

TEMPLATES = ("items_table.html", "charges.html", "email.html")
LABEL_LANGUAGES = {*LANGUAGES, "it", "pt", "nl"}
LABELS = read_json("letter_labels.json")


class Rows(HTMLParser):
	"""The rows of a table as lists of cell texts."""

	def __init__(self, html: str) -> None:
		super().__init__()
		self.rows: list[list[str]] = []
		self.feed(html)

	def handle_starttag(self, tag, attrs):
		if tag == "tr":
			self.rows.append([])
		elif tag in ("td", "th"):
			self.rows[-1].append("")
		elif tag == "br":
			self.handle_data(" / ")

	def handle_data(self, data):
		if self.rows and self.rows[-1]:
			self.rows[-1][-1] += data.strip("\n\t")


def table(items: list[dict], language: str = "en", has_po: bool = True, **totals) -> str:
	values = {"total": "€ 300.00", "total_overdue": "€ 200.00", **totals}
	template = ENVIRONMENT.get_template("items_table.html")
	return template.render(items=items, has_po=has_po, labels=LABELS[language], **values)


def charges(language: str = "en", **changes) -> str:
	rows = [
		{"invoice": "SINV-1", "basis": "10 days, current annual rate 10%", "amount": "€ 2.74"},
		{"invoice": "SINV<2>", "basis": "20 days, current annual rate 10%", "amount": "€ 1.10"},
	]
	values = {
		"rows": rows,
		"indemnity": "€ 80.00",
		"fee": "€ 5.00",
		"total_with_charges": "€ 388.84",
		**changes,
	}
	return ENVIRONMENT.get_template("charges.html").render(labels=LABELS[language], **values)


def email(**changes) -> str:
	values = {
		"content": "<p>Dear Claire</p>",
		"company": {"name": "Nordwind & Co", "email": "ar@nordwind.example", "phone": "+44 20 7946 0018"},
		"reference": "COL-ACT-2026-00042",
		"labels": LABELS["en"],
		"lang": "en",
		**changes,
	}
	return ENVIRONMENT.get_template("email.html").render(**values)


def test_labels_are_complete_in_every_language():
	assert set(LABELS) == LABEL_LANGUAGES
	for language, labels in LABELS.items():
		assert set(labels) == set(LABELS["en"]), language
		assert all(labels.values()), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_of_the_table(language):
	labels = LABELS[language]
	rows = Rows(table(sample_items(2, days_overdue=10), language)).rows
	assert rows[0] == [
		f"{labels['invoice']} / {labels['po_no']}",
		labels["posting_date"],
		labels["due_date"],
		labels["days_overdue"],
		labels["outstanding"],
	]
	assert rows[1] == ["ACC-SINV-2026-00210 / PO-77120", "2026-08-29", "2026-09-28", "10", "€ 1,234,567.89"]
	assert rows[2] == ["ACC-SINV-2026-00211", "2026-08-29", "2026-09-28", "–", "€ 1,234,567.89"]
	assert rows[3:] == [[labels["total"], "€ 300.00"], [labels["total_overdue"], "€ 200.00"]]


def test_no_purchase_order_column_without_numbers():
	assert LABELS["en"]["po_no"] not in table(sample_items(2), has_po=False)


def test_no_days_column_before_anything_is_overdue():
	rows = Rows(table(sample_items(2, days_overdue=-3), total_overdue="€ 0.00")).rows
	assert [len(row) for row in rows] == [4, 4, 4, 2]
	assert 'colspan="3"' in table(sample_items(1, days_overdue=-3))


def test_overdue_total_is_not_repeated_when_all_is_overdue():
	rows = Rows(table(sample_items(2), total_overdue="€ 300.00")).rows
	assert rows[-1] == [LABELS["en"]["total"], "€ 300.00"]


def test_only_overdue_rows_stand_out():
	html = table(sample_items(2, days_overdue=10))
	late, early = html.split("<tr>")[2:4]
	assert "#b42318" in late and "#b42318" not in early


@pytest.mark.parametrize("language", sorted(LABEL_LANGUAGES))
def test_rows_of_the_charges(language):
	labels = LABELS[language]
	assert Rows(charges(language)).rows == [
		[labels["charges"]],
		[f"{labels['interest']}, SINV-1 / 10 days, current annual rate 10%", "€ 2.74"],
		[f"{labels['interest']}, SINV<2> / 20 days, current annual rate 10%", "€ 1.10"],
		[labels["indemnity"], "€ 80.00"],
		[labels["fee"], "€ 5.00"],
		[labels["total_with_charges"], "€ 388.84"],
	]


def test_charges_without_one_of_them():
	assert LABELS["en"]["indemnity"] not in charges(indemnity="")
	assert LABELS["en"]["interest"] not in charges(rows=[])
	assert LABELS["en"]["fee"] not in charges(fee="")


def test_values_are_escaped():
	assert "SINV&lt;2&gt;" in charges()
	item = {**sample_items(1)[0], "po_no": "<b>1&2</b>", "invoice": "A<i>"}
	html = table([item])
	assert "&lt;b&gt;1&amp;2&lt;/b&gt;" in html and "A&lt;i&gt;" in html
	assert "Nordwind &amp; Co" in email() and "<p>Dear Claire</p>" in email()


def test_email_shows_who_writes_and_the_reference():
	html = email()
	for text in ("ar@nordwind.example", "+44 20 7946 0018", "Our reference COL-ACT-2026-00042"):
		assert text in html
	bare = email(reference="", company={"name": "Nordwind", "email": "", "phone": None})
	assert LABELS["en"]["reference"] not in bare and "None" not in bare and "&middot;" not in bare


@pytest.mark.parametrize(
	"html", [table(sample_items(3)), table(sample_items(1), has_po=False), charges(), email()]
)
def test_well_formed(html):
	assert html_errors(html) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_that_mail_clients_drop(name):
	source = (APP / "templates" / "collections" / name).read_text(encoding="utf-8")
	assert not re.search(
		r"<(style|script|link|img|svg)\b|\bclass=|https?:|url\(|display:\s*(flex|grid)", source
	)


@pytest.mark.parametrize("html", [table(sample_items(2)), charges(), email()])
def test_readable_in_dark_mode(html):
	"""Text that names its colour needs a background that names its own, or a dark client shows dark on dark."""
	assert 'bgcolor="#ffffff"' in html and "background-color: #ffffff" in html
	for style in re.findall(r'<t[dh][^>]*style="([^"]*font-family[^"]*)"', html):
		assert re.search(r"(?<!-)color: #", style), style
