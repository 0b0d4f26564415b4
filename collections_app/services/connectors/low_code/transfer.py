"""Definitions out of a site and into another one, as JSON. They hold no secrets."""

import json
from typing import Any

import frappe
from frappe import _

from collections_app.connectors.low_code.definition import Definition, DefinitionError
from collections_app.services.connectors.low_code.definitions import DOCTYPE
from collections_app.services.connectors.low_code.form import definition_of, fill
from collections_app.services.texts import told

LARGEST = 1_000_000  # characters


def export(doc) -> dict[str, Any]:
	"""The definition of a document. What is wrong with it is told, not exported."""
	values, problems = definition_of(doc)
	if problems:
		refuse(problems)
	return values


def bring_in(text: str, replace: bool) -> tuple[Any, bool]:
	"""The saved document of an imported definition, and whether it took the place of another one: only with `replace`."""
	values = _parse(text)
	try:
		definition = Definition.of(values)
	except DefinitionError as error:
		refuse(error.problems)
	known = frappe.db.exists(DOCTYPE, definition.name)
	if known and not replace:
		frappe.throw(
			_(
				"There is a low-code connector {0} already. Tick Replace to put the imported definition in its place."
			).format(frappe.bold(definition.name)),
			title=_("Nothing Was Imported"),
		)
	doc = frappe.get_doc(DOCTYPE, known) if known else frappe.new_doc(DOCTYPE)
	fill(doc, values)
	doc.save()
	return doc, bool(known)


def _parse(text: str) -> Any:
	if len(text) > LARGEST:
		frappe.throw(_("The definition has more than {0} characters.").format(LARGEST))
	try:
		return json.loads(text)
	except (ValueError, RecursionError) as error:
		frappe.throw(_("This is no JSON: {0}").format(error), title=_("Nothing Was Imported"))


def refuse(problems: list[str]) -> None:
	"""Says all that is wrong at once, each line with its place."""
	lines = [frappe.utils.escape_html(told(one)) for one in problems]
	frappe.throw("<br>".join(lines), title=_("The Definition Is Not Complete"))
