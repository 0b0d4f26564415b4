"""Letters that nobody has changed get the line with the payment link that those of a new site have."""

import json
import re

import frappe

from collections_app.setup.seed import DATA, read_messages, read_translation

# in a body it is a paragraph of its own, in a text message its end
LINE = re.compile(r"\{% if payment_link %\}.*?\{% endif %\}\n?", re.DOTALL)


def execute() -> None:
	for folder in (path for path in (DATA / "letters").iterdir() if path.is_dir()):
		letter = json.loads((folder / "letter.json").read_text(encoding="utf-8"))["letter_name"]
		messages = read_messages(folder)
		texts = {
			file.stem: {"body": read_translation(file)["body"], "sms_text": messages.get(file.stem) or ""}
			for file in folder.glob("*.html")
		}
		for row in frappe.get_all(
			"Collection Letter Translation",
			{"parent": letter, "parenttype": "Collection Letter", "language": ["in", list(texts)]},
			["name", "language", "body", "sms_text"],
		):
			if changed := _with_line(row, texts[row.language]):
				frappe.db.set_value("Collection Letter Translation", row.name, changed, update_modified=False)
		frappe.clear_document_cache("Collection Letter", letter)


def _with_line(row, texts: dict[str, str]) -> dict[str, str]:
	"""The texts that stand there as they were delivered, with the line."""
	return {
		field: new
		for field, new in texts.items()
		if "payment_link" in new and _plain(row[field]) == _plain(LINE.sub("", new))
	}


def _plain(text: str | None) -> str:
	return "\n".join(line.rstrip() for line in (text or "").strip().splitlines())
