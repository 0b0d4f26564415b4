"""Extractors for translation files: what people read that Frappe's own extractors do not see.

`babel_extractors.csv` beside this package names which of them reads which files; `bench generate-pot-file` and the
sandbox follow it. Each is a babel extractor: it gets the open file and yields (line, function, message, comments). None
needs a site.
"""

import ast
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

from collections_app.setup.labels_in_code import labels_of, sentences_of

Found = tuple[int, str, str, list[str]]

# keys of the records that are shipped as JSON, by the kind of record: the texts that a user reads
SHIPPED = {
	"Page": ("title",),
	"Number Card": ("label", "name"),
	"Dashboard Chart": ("chart_name",),
	"Dashboard": ("dashboard_name",),
	"Print Format": ("name",),
	"Notification": ("name",),
	"Desktop Icon": ("label",),
	"Role": ("role_name",),
	"User Group": ("name",),
}

# __("a text"
CALLS = re.compile(r"""(?<![\w.$])__\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")

SEEDED = ("reason_name", "letter_name", "plan_name", "scorecard_name", "step_name", "description")


def python(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""`_()` as Frappe reads it, and what is translated when shown: the labels in a table of the module, and what its errors
	and Texts say."""
	from frappe.gettext.extractors.python import extract

	code = fileobj.read()
	yield from extract(io.BytesIO(code), keywords, comment_tags, options)
	path = Path(fileobj.name).as_posix().rpartition("collections_app/")[2]
	for label in labels_of(path):
		yield line_of(code, label), "_", label, []
	for line, text in sentences_of(code):
		yield line, "_", text, []


def javascript(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""`__()` as Frappe reads it, and those in a template string inside of another, which it passes over."""
	from frappe.gettext.extractors.javascript import extract

	code = fileobj.read()
	found = list(extract(io.BytesIO(code), keywords, comment_tags, options))
	yield from found
	known = {text for _line, _function, texts, _comments in found for text in _each(texts)}
	source = code.decode("utf-8")
	for call in CALLS.finditer(source):
		text = ast.literal_eval(call[1])
		if text not in known:
			yield source.count("\n", 0, call.start()) + 1, "_", text, []


def _each(texts) -> tuple[str, ...]:
	return texts if isinstance(texts, tuple) else (texts,)


def line_of(code: bytes, text: str) -> int:
	"""The line on which the text stands as a string, 1 where it is put together."""
	for node in ast.walk(ast.parse(code)):
		if isinstance(node, ast.Constant) and node.value == text:
			return node.lineno
	return 1


def shipped(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""Pages, number cards, charts and other records that are shipped as JSON: a record, or a list of them."""
	records = json.load(fileobj)
	for record in records if isinstance(records, list) else [records]:
		kind = record.get("doctype")
		for key in SHIPPED.get(kind, ()):
			if record.get(key):
				yield 1, "_", record[key], [f"{kind}: {key}"]


def report(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""A report's name, and the columns and filters kept in its record."""
	record = json.load(fileobj)
	yield 1, "_", record["report_name"], ["Name of a report"]
	for row in (*record.get("columns", ()), *record.get("filters", ())):
		if row.get("label"):
			yield 1, "_", row["label"], [f"Column or filter of the report {record['report_name']}"]


def sidebar(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""The sidebar of a workspace."""
	record = json.load(fileobj)
	for label in (record.get("title"), *(item.get("label") for item in record.get("items", ()))):
		if label:
			yield 1, "_", label, ["Label in a workspace's sidebar"]


def manifest(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""A connector's manifest: what the gallery and the form of a connection show of it."""
	record = json.load(fileobj)
	about = f"Connector {record['label']}"
	for key in ("label", "category", "description", "needs"):
		if record.get(key):
			yield 1, "_", record[key], [f"{about}: {key}"]
	for stream in record.get("streams", ()):
		# logs know a stream by its name alone
		for text in (stream.get("label"), unscrubbed(stream["name"])):
			if text:
				yield 1, "_", text, [f"{about}: what is read"]
	for entry in record.get("fields", ()):
		for key in ("label", "help"):
			if entry.get(key):
				yield 1, "_", entry[key], [f"{about}: {key} of the field {entry['name']}"]
	for name in record.get("environments", ()):
		yield 1, "_", name, [f"{about}: environment"]


def seeded(fileobj, keywords, comment_tags, options) -> Iterator[Found]:
	"""First content of a new site: names that are shown translated, and texts that are seeded in the site's language."""
	for text in texts_of(json.load(fileobj)):
		yield 1, "_", text, ["First content of a new site"]


def texts_of(value) -> Iterator[str]:
	"""The texts under the keys of `SEEDED`, at any depth."""
	if isinstance(value, list):
		for one in value:
			yield from texts_of(one)
	elif isinstance(value, dict):
		for key, one in value.items():
			if key in SEEDED and one:
				yield one
			else:
				yield from texts_of(one)


def unscrubbed(name: str) -> str:
	"""As frappe.unscrub: `payment_terms` is read as "Payment Terms"."""
	return name.replace("_", " ").replace("-", " ").title()
