"""The shipped letters: complete, renderable, safe to send, and written as their language is."""

from __future__ import annotations

import re
from itertools import product

import pytest
from jinja2 import meta, nodes
from letter_samples import (
	DATA,
	ENVIRONMENT,
	LANGUAGES,
	LETTERS,
	TABLE_MARK,
	VARIABLES,
	doctype_fields,
	html_errors,
	read_json,
	read_letter,
	render,
	sample_values,
)

ALL = list(product(LETTERS, LANGUAGES))
SITUATIONS = list(product((1, 3), (-5, 0, 1, 41), (True, False)))
CROSSED = {"en": "already", "fr": "déjà", "es": "ya ha", "de": "bereits"}
# Words of the informal address, which no customer is written to with.
INFORMAL = {
	"fr": r"\b(tu|ton|ta|tes|toi)\b",
	"es": r"\b(tú|tu|tus|te|vuestr[oa]s?)\b",
	"de": r"\b(du|dein\w*|dich|dir|euch|euer)\b",
	"en": r"\b(hey|hi)\b",
}


def plain_text(source: str) -> str:
	"""The words of a letter: tags and Jinja left out, 0 for each value, spaces that do not break as such."""
	source = re.sub(r"\{\{.*?\}\}", "0", source)
	text = re.sub(r"\{%.*?%\}|<[^>]+>", "", source, flags=re.DOTALL)
	return text.replace("&nbsp;", "\u00a0")


def test_six_letters_in_four_languages():
	assert set(LETTERS) == {
		"payment_due_soon",
		"friendly_reminder",
		"payment_reminder",
		"firm_reminder",
		"final_notice",
		"account_statement",
	}
	for slug in LETTERS:
		files = {path.stem for path in (DATA / "letters" / slug).glob("*.html")}
		assert files == set(LANGUAGES), slug


@pytest.mark.parametrize("slug", LETTERS)
def test_letter_has_a_name_a_known_tone_and_a_description(slug):
	letter = read_json(f"letters/{slug}/letter.json")
	assert set(letter) == {"letter_name", "tone", "description"}
	assert letter["letter_name"] == slug.replace("_", " ").title()
	assert letter["tone"] in doctype_fields("collection_letter")["tone"]["options"].split("\n")
	assert letter["description"].endswith(".")


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_only_documented_variables_are_used(slug, language):
	for part in read_letter(slug, language):
		tree = ENVIRONMENT.parse(part)
		assert meta.find_undeclared_variables(tree) <= set(VARIABLES)
		for node in tree.find_all(nodes.Getattr):
			owner = node.node.node if isinstance(node.node, nodes.Getitem) else node.node
			assert node.attr in VARIABLES[owner.name], f"{owner.name}.{node.attr}"


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_renders_in_every_situation(slug, language):
	subject, body = read_letter(slug, language)
	for situation in SITUATIONS:
		values = sample_values(*situation)
		line = render(subject, values)
		assert line == line.strip() and "\n" not in line and 10 < len(line) <= 120, line
		html = render(body, values)
		assert html_errors(html) == [], situation
		assert html.count(TABLE_MARK) == 1
		assert "None" not in html and "{" not in html


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_subject_fits_its_field(slug, language):
	assert (
		len(read_letter(slug, language)[0])
		<= doctype_fields("collection_letter_translation")["subject"]["length"]
	)


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_values_of_people_are_escaped_in_the_body(slug, language):
	html = render(read_letter(slug, language)[1], sample_values())
	for raw in ("<Keller>", "<GmbH>", "<Trading>", "Nordwind & Trading"):
		assert raw not in html


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_payments_may_have_crossed(slug, language):
	assert CROSSED[language] in plain_text(read_letter(slug, language)[1])


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_formal_address(slug, language):
	text = plain_text(" ".join(read_letter(slug, language)))
	assert not re.findall(INFORMAL[language], text, flags=re.IGNORECASE)


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_asks_for_the_right_amount(slug, language):
	values = sample_values()
	text = render(" ".join(read_letter(slug, language)), values)
	wanted = "total" if slug in ("payment_due_soon", "account_statement") else "total_overdue"
	assert values[wanted] in text
	if slug != "payment_due_soon":
		assert values["pay_by"] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_statement_without_overdue_items_asks_for_no_payment(language):
	values = sample_values(days_overdue=-3)
	html = render(read_letter("account_statement", language)[1], values)
	assert values["total_overdue"] not in html and values["pay_by"] not in html


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_bank_details_only_when_known(slug, language):
	body = read_letter(slug, language)[1]
	assert "DE89 3704" in render(body, sample_values())
	assert "IBAN" not in render(body, sample_values(known_people=False))


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_typography(slug, language):
	text = plain_text(" ".join(read_letter(slug, language)))
	assert not re.search(r"['\"]", text), "straight quotes"
	if language == "fr":
		assert not re.search(r"(?<!\u00a0)[;:!?»]", text), "space before the mark"
	else:
		assert not re.search(r"\s[;:!?](\s|$)", text)
