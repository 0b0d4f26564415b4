"""What a collector says on the phone: the call script, a Collection Letter, filled in with the case's facts."""

from dataclasses import replace

import frappe
from frappe.utils import getdate

from collections_app.services import settings
from collections_app.services.letters.facts import person
from collections_app.services.letters.languages import pick_translation
from collections_app.services.letters.preview import customer_facts
from collections_app.services.letters.render import Writer
from collections_app.services.worklist.rules import AT_RISK

# the dunning level reached -> the tone of the next talk; the last one holds for all above
TONES = ("Friendly", "Friendly", "Neutral", "Firm", "Final")


def call_script(case) -> dict:
	"""`html`: the script in the customer's language, empty where none is set or nothing is open; its `language` and `tone`,
	the `letter` it comes from, and the `tasks`: what the steps of the plan say about the calls that are due."""
	letter = settings.get().call_script
	tone = tone_of(case)
	facts = customer_facts(case.customer, case.company, tone) if letter else None
	if not facts:
		return {"html": "", "letter": letter, "tasks": call_tasks(case.name)}
	language = frappe.get_cached_value("Customer", case.customer, "language")
	translation = pick_translation(frappe.get_cached_doc("Collection Letter", letter), language, case.company)
	# who speaks is who calls, whoever the collector is
	writer = Writer(translation, replace(facts, collector=person(frappe.session.user)))
	return {
		"html": frappe.utils.sanitize_html(writer.text, linkify=False),
		"language": writer.language,
		"tone": tone,
		"letter": letter,
		"tasks": call_tasks(case.name),
	}


def tone_of(case) -> str:
	"""Firmer with each level reached; one who is at risk is never asked in a merely friendly way."""
	tone = TONES[min(case.dunning_level or 0, len(TONES) - 1)]
	return "Neutral" if tone == "Friendly" and case.worklist_class == AT_RISK else tone


def call_tasks(case: str) -> list[str]:
	"""Open tasks of the case that are due: what the plan or a colleague wants to be said."""
	rows = frappe.get_all(
		"ToDo",
		{
			"reference_type": "Collection Case",
			"reference_name": case,
			"status": "Open",
			"date": ["<=", getdate()],
		},
		["description"],
		order_by="date, creation",
	)
	return [frappe.utils.sanitize_html(row.description or "") for row in rows]
