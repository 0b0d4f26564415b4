"""The desk of users who read Spanish or French: the app's words, names of days, dates and numbers are theirs."""

import re

import pytest
from babel.messages.pofile import read_po

from sandbox.paths import REPO

WEEKDAYS = {"es": "lun", "fr": "lun."}
PAGES = {
	"collections-cockpit": ("Key Figures", "Ageing by Risk", "Promises Due"),
	"collections-worklist": ("All Due", "At Risk", "Outstanding"),
	"collections-team": ("Portfolios and Load", "Cash Collected", "Actions Done"),
	"plan-rehearsal": ("Plans of Today", "Amount Chased", "Customers Contacted"),
}


def set_value(desk, doctype: str, name: str, **values) -> None:
	desk.ask("frappe.client.set_value", doctype=doctype, name=name, fieldname=values)


@pytest.mark.parametrize("language", WEEKDAYS)
def test_pages_speak_the_users_language(desk, language):
	with open(REPO / "collections_app" / "locale" / f"{language}.po", "rb") as file:
		texts = {message.id: message.string for message in read_po(file)}
	desk.open("collections-team")
	set_value(desk, "User", "Administrator", language=language)
	set_value(desk, "System Settings", "System Settings", date_format="dd/mm/yyyy", number_format="#.###,##")
	for route, words in PAGES.items():
		desk.open(route)
		for word in words:
			assert texts[word] != word
			desk.page.locator(".page-container:visible").get_by_text(texts[word]).locator(
				"visible=true"
			).first.wait_for()
		desk.idle()
	assert desk.page.locator(".rehearsal-weekday").first.inner_text() == WEEKDAYS[language]
	days = desk.page.locator(".rehearsal-table tbody td").all_inner_texts()
	assert any(re.search(r"\b\d\d/\d\d/20\d\d\b", text) for text in days)
	assert any(re.search(r"\d,\d\d\b", text) for text in days)
	assert not any(re.search(r"\d\.\d\d\b(?!\d)", text) for text in days)
