"""Letters from before there were text messages get those of the letters a new site begins with."""

import json

import frappe

from collections_app.setup.seed import DATA, read_messages


def execute() -> None:
	"""Fills what is empty; what a user has written, and letters of his own, stay as they are."""
	for folder in (path for path in (DATA / "letters").iterdir() if path.is_dir()):
		messages = read_messages(folder)
		if not messages:
			continue
		letter = json.loads((folder / "letter.json").read_text(encoding="utf-8"))["letter_name"]
		rows = frappe.get_all(
			"Collection Letter Translation",
			{"parent": letter, "parenttype": "Collection Letter", "sms_text": ["is", "not set"]},
			["name", "language"],
		)
		for row in rows:
			if text := messages.get(row.language):
				frappe.db.set_value(
					"Collection Letter Translation", row.name, "sms_text", text, update_modified=False
				)
		frappe.clear_document_cache("Collection Letter", letter)
