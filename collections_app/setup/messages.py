"""The messages of the app's source that translators get: what `locale/main.pot` has to hold.

Frappe's own extractors read the source as `babel_extractors.csv` says, so that `bench generate-pot-file` of a bench
finds the same messages.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

APP = "collections_app"
ROOT = Path(__file__).resolve().parents[2]

Message = tuple[str, tuple[str, int], list[str], str | None]


def messages_of_source() -> Iterator[Message]:
	"""(message, (file, line), comments for translators, context) as they stand in the source."""
	from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

	found = extract_from_dir(
		str(ROOT), method_map(), directory_filter=is_read, keywords={**DEFAULT_KEYWORDS, "_lt": None}
	)
	for filename, line, message, comments, context in found:
		if message:
			yield message, (filename, line), comments, context


def is_read(folder: str) -> bool:
	"""Whether a folder holds sources."""
	name = Path(folder).name
	return not name.startswith((".", "_")) and name not in ("node_modules", "dist")


def method_map() -> list[tuple[str, str]]:
	"""Which extractor reads which files: (pattern, extractor), the first that fits."""
	with open(ROOT / "babel_extractors.csv") as file:
		return [(row[0], row[1]) for row in csv.reader(file) if row]
