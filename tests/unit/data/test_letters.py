"""The shipped letters: complete, renderable, safe to send, and written as their language is."""

from __future__ import annotations

import re
from itertools import product

import pytest
from letter_samples import (
	DATA,
	ENVIRONMENT,
	LANGUAGES,
	LETTERS,
	TABLE_MARK,
	doctype_fields,
	html_errors,
	read_json,
	read_letter,
	read_messages,
	render,
	sample_values,
)

from collections_app.engine.letter_checks import check_template
from collections_app.engine.sms import GSM_7, plain_sms, sms_size

ALL = list(product(LETTERS, LANGUAGES))
SITUATIONS = list(product((1, 3), (-5, 0, 1, 41), (True, False)))
NAMES = {
	"payment_due_soon": "Payment Due Soon",
	"friendly_reminder": "Friendly Reminder",
	"payment_reminder": "Payment Reminder",
	"firm_reminder": "Firm Reminder",
	"final_notice": "Final Notice",
	"account_statement": "Account Statement",
	"promise_confirmation": "Promise Confirmation",
	"promise_broken_notice": "Promise Not Kept",
	"dispute_acknowledgement": "Dispute Acknowledgement",
	"last_call_before_handover": "Last Notice before Handover",
	"part_payment_thanks": "Part Payment Received",
	"invoice_copy": "Invoice Copies",
}
# These ask for no money at all: no bank details, no date to pay by, no word on payments that crossed.
NO_REQUEST = {"dispute_acknowledgement", "invoice_copy"}
# These set no date of their own: nothing is overdue yet, or a date was agreed.
NO_PAY_BY = {*NO_REQUEST, "payment_due_soon", "promise_confirmation"}
# These ask for the whole open amount when nothing of it is overdue.
ALSO_BEFORE_DUE = {"account_statement", "part_payment_thanks"}
CROSSED = {
	"en": r"\balready\b",
	"fr": r"\bdéjà\b",
	"es": r"\bya ha\b",
	"de": r"\bbereits\b",
	"it": r"\bha già\b",
	"pt": r"\bjá (efetuou|pagou|ordenou)\b",
	"nl": r"\b(u|restant|betaling) al (betaald|onderweg)\b",
}
# Words of the informal address, which no customer is written to with.
INFORMAL = {
	"fr": r"\b(tu|ton|ta|tes|toi)\b",
	"es": r"\b(tú|tu|tus|te|vuestr[oa]s?)\b",
	"de": r"\b(du|dein\w*|dich|dir|euch|euer)\b",
	"en": r"\b(hey|hi)\b",
	"it": r"\b(tu|tuo|tuoi|tua|tue|te|ti|ciao)\b",
	"pt": r"\b(tu|teu|teus|tua|tuas|te|ti|contigo|você|vocês|olá)\b",
	"nl": r"\b(je|jij|jou|jouw|jullie|hoi)\b",
}
# Italian writes the pronouns of the formal address with a capital.
ITALIAN_LOWER = r"\b(suo|suoi|sua|sue|lei)\b|(?<=[a-z])(ar|er|ir)(la|le)\b"
# Closing lines nobody would write in another language.
CLOSINGS = {
	"en": ("Kind regards,", "Yours "),
	"fr": ("cordialement,", "Cordialement,", "salutations distinguées."),
	"es": ("Un cordial saludo,", "Atentamente,"),
	"de": ("Mit freundlichen Grüßen",),
	"it": ("Cordiali saluti,", "Distinti saluti,"),
	"pt": ("Com os melhores cumprimentos,", "Atentamente,"),
	"nl": ("Met vriendelijke groet,", "Hoogachtend,"),
}


def plain_text(source: str) -> str:
	"""The words of a letter: tags and Jinja left out, 0 for each value, spaces that do not break as such."""
	source = re.sub(r"\{\{.*?\}\}", "0", source)
	text = re.sub(r"\{%.*?%\}|<[^>]+>", "", source, flags=re.DOTALL)
	return text.replace("&nbsp;", "\u00a0")


def placeholders(source: str) -> set[str]:
	"""The values a text shows, whether always or only in some situations."""
	return set(re.findall(r"\{\{ ([\w.\[\]]+)", source))


def test_twelve_letters_in_seven_languages():
	assert set(LETTERS) == set(NAMES) and len(NAMES) == 12 and len(LANGUAGES) == 7
	for slug in LETTERS:
		files = {path.stem for path in (DATA / "letters" / slug).glob("*.html")}
		assert files == set(LANGUAGES), slug


@pytest.mark.parametrize("slug", LETTERS)
def test_letter_has_a_name_a_known_tone_and_a_description(slug):
	letter = read_json(f"letters/{slug}/letter.json")
	assert set(letter) == {"letter_name", "tone", "description"}
	assert letter["letter_name"] == NAMES[slug]
	assert letter["tone"] in doctype_fields("collection_letter")["tone"]["options"].split("\n")
	assert letter["description"].endswith(".")


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_passes_the_check_at_save(slug, language):
	for part in (*read_letter(slug, language), read_messages(slug).get(language, "")):
		assert check_template(part, ENVIRONMENT) == []


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
	found = re.search(CROSSED[language], plain_text(read_letter(slug, language)[1]), flags=re.IGNORECASE)
	assert bool(found) == (slug not in NO_REQUEST)


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_formal_address(slug, language):
	text = plain_text(" ".join(read_letter(slug, language)))
	assert not re.findall(INFORMAL[language], text, flags=re.IGNORECASE)


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_asks_for_the_right_amount(slug, language):
	values = sample_values()
	text = render(read_letter(slug, language)[1], values)
	assert (values["pay_by"] in text) == (slug not in NO_PAY_BY)
	assert (values["total_overdue"] in text) == (slug not in NO_PAY_BY)
	assert (values["total"] in text) == (slug in ("payment_due_soon", "account_statement"))


@pytest.mark.parametrize(("slug", "language"), list(product(sorted(ALSO_BEFORE_DUE), LANGUAGES)))
def test_before_the_due_date_nothing_is_called_overdue(slug, language):
	values = sample_values(days_overdue=-3)
	html = render(read_letter(slug, language)[1], values)
	assert values["total"] in html
	assert values["total_overdue"] not in html and values["pay_by"] not in html


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_bank_details_only_when_known_and_needed(slug, language):
	body = read_letter(slug, language)[1]
	assert ("DE89 3704" in render(body, sample_values())) == (slug not in NO_REQUEST)
	assert "IBAN" not in render(body, sample_values(known_people=False))


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_says_the_same_in_every_language(slug, language):
	"""No amount, date or name that one language has is missing from another, in whatever situation."""
	subject, body = (placeholders(part) for part in read_letter(slug, language))
	english_subject, english_body = (placeholders(part) for part in read_letter(slug, "en"))
	assert subject == english_subject
	assert body == english_body


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_closes_as_its_language_does(slug, language):
	assert any(line in read_letter(slug, language)[1] for line in CLOSINGS[language])


@pytest.mark.parametrize("slug", LETTERS)
def test_italian_formal_pronouns_have_a_capital(slug):
	assert not re.findall(ITALIAN_LOWER, plain_text(" ".join(read_letter(slug, "it"))))


@pytest.mark.parametrize("slug", LETTERS)
def test_italian_dates_need_no_elision(slug):
	"""“Il 8” and “al 11” are wrong, as both begin with a vowel; “giorno” or “data” stands between."""
	source = re.sub(r"<[^>]+>", "", " ".join(read_letter(slug, "it")))
	dates = r"(pay_by|today|promise\.due_on|one\.due_on|items\[0\]\.due_date)"
	assert not re.findall(rf"(?<!giorno )(?<!data )\{{\{{ {dates}", source)


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_typography(slug, language):
	text = plain_text(" ".join(read_letter(slug, language)))
	assert not re.search(r"['\"]", text), "straight quotes"
	if language == "fr":
		assert not re.search(r"(?<!\u00a0)[;:!?»]", text), "space before the mark"
	else:
		assert not re.search(r"\s[;:!?](\s|$)", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_promise_is_named(language):
	"""Amount and date of what was promised, in one sum or in instalments; nothing of it without a promise."""
	body = read_letter("promise_confirmation", language)[1]
	once = render(body, sample_values())
	assert "€ 900.00" in once and "30 November 2026" in once and "<li>" not in once
	values = sample_values()
	parts = [{"amount": f"€ {number}.00", "due_on": f"{number} May 2027"} for number in (400, 500)]
	values["promise"] = {**values["promise"], "instalments": parts}
	instalments = render(body, values)
	for part in parts:
		assert part["amount"] in instalments and part["due_on"] in instalments
	assert "900.00" not in render(body, {**sample_values(), "promise": {}})


MESSAGES = [(slug, language) for slug in LETTERS for language in read_messages(slug)]


def test_reminders_have_a_text_message_in_every_language():
	reminders = {slug for slug in LETTERS if slug not in NO_REQUEST} - {
		"account_statement",
		"promise_confirmation",
		"part_payment_thanks",
	}
	assert {slug for slug, _ in MESSAGES} == reminders
	assert len(MESSAGES) == len(reminders) * len(LANGUAGES)


@pytest.mark.parametrize(("slug", "language"), MESSAGES)
def test_text_message_fits_one_sms(slug, language):
	"""With a long amount and a company's name of usual length, in the GSM alphabet, on one line; a link to pay makes it
	two at most."""
	values = sample_values()
	values.update({"total": "12.345,67\u00a0€", "total_overdue": "12.345,67\u00a0€", "pay_by": "18 nov 2026"})
	values["company"] = {**values["company"], "name": "Nordwind Trading GmbH"}
	link = values["payment_link"]
	for count, parts in product((1, 3), (1, 2)):
		values.update({"items": sample_values(count)["items"], "item_count": count})
		values["payment_link"] = link if parts == 2 else ""
		source = read_messages(slug)[language]
		text = plain_sms(render(source, values))
		size = sms_size(text)
		assert size.encoding == GSM_7 and size.parts <= parts, (text, size)
		assert "Nordwind" in text and "12.345,67 €" in text
		assert not re.findall(INFORMAL[language], text, flags=re.IGNORECASE)
