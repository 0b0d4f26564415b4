"""Letters: which translation a customer gets, and its text as e-mail, as printed letter and as text message."""

from collections_app.services.letters.facts import person
from collections_app.services.letters.formats import (
	format_day,
	format_money,
	format_rate,
	labels,
	locale_of,
	speaking,
)
from collections_app.services.letters.languages import company_language, pick_translation
from collections_app.services.letters.render import Letter, Writer, render, render_action, writer_of_action
from collections_app.services.letters.values import variables

__all__ = [
	"Letter",
	"Writer",
	"company_language",
	"format_day",
	"format_money",
	"format_rate",
	"labels",
	"locale_of",
	"person",
	"pick_translation",
	"render",
	"render_action",
	"speaking",
	"variables",
	"writer_of_action",
]
