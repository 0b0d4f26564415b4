"""What collectors say on the phone, as it is delivered: in every language, for every tone and situation."""

from __future__ import annotations

from itertools import product

import pytest
from letter_samples import DATA, ENVIRONMENT, LANGUAGES, doctype_fields, html_errors, render, sample_values

from collections_app.engine.letter_checks import check_template

FOLDER = DATA / "call_script"
TONES = tuple(doctype_fields("collection_letter")["tone"]["options"].split("\n"))


def read(language: str) -> tuple[str, str]:
	head, body = (FOLDER / f"{language}.html").read_text(encoding="utf-8").split("\n\n", 1)
	return head.removeprefix("Subject: "), body


def test_there_is_one_for_every_language():
	assert tuple(sorted(file.stem for file in FOLDER.glob("*.html"))) == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_uses_only_what_there_is(language: str):
	for text in read(language):
		assert not list(check_template(text, ENVIRONMENT))


@pytest.mark.parametrize("language,count,known", list(product(LANGUAGES, (1, 3, 8), (True, False))))
def test_says_what_is_open(language: str, count: int, known: bool):
	_subject, body = read(language)
	text = render(body, sample_values(count, 41, known))
	assert not html_errors(text)
	assert "€ 1,876,543.21" in text
	assert text.count("<li>") == min(count, 5) + (count > 5)
	# who owes could have written it themselves
	assert "<Keller>" not in text
	assert ("30 November 2026" in text) == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone_is_heard(language: str):
	_subject, body = read(language)
	said = {tone: render(body, {**sample_values(), "tone": tone}) for tone in TONES}
	assert len(set(said.values())) == len(TONES)
	not_due = render(body, sample_values(3, -5))
	assert "€ 2,345,678.90" in not_due
	assert "€ 1,876,543.21" not in not_due
