"""The low-code connectors of this site, as the registry knows them."""

import json
import re

import frappe

from collections_app.connectors.base import ConfigurationError
from collections_app.connectors.low_code.connector import LowCodeConnector, connector_of
from collections_app.connectors.low_code.definition import Definition, DefinitionError
from collections_app.connectors.manifest import ManifestError
from collections_app.engine.texts import joined
from collections_app.services.connectors.low_code.form import definition_of

DOCTYPE = "Low-code Connector"
ADDRESS = re.compile(r"https?://[^\s\"\\]+")


def names() -> list[str]:
	return frappe.get_all(DOCTYPE, pluck="name", order_by="name")


def exists(name: str) -> bool:
	return bool(name) and bool(frappe.db.exists(DOCTYPE, name))


def connector_class(name: str) -> type[LowCodeConnector]:
	"""ConfigurationError when its definition has become invalid, as it may when an older site is restored."""
	try:
		return compiled(frappe.get_doc(DOCTYPE, name))
	except (DefinitionError, ManifestError) as error:
		wrong = joined("\n", error.problems) if isinstance(error, DefinitionError) else str(error)
		raise ConfigurationError("The low-code connector {0} has to be mended: {1}", name, wrong) from None


def compiled(doc) -> type[LowCodeConnector]:
	"""The connector class of a document. DefinitionError names all that is wrong with it."""
	values, problems = definition_of(doc)
	try:
		definition = Definition.of(values)
	except DefinitionError as error:
		raise DefinitionError(list(dict.fromkeys([*problems, *error.problems]))) from None
	if problems:
		raise DefinitionError(problems)
	return connector_of(definition)


def addresses(doc) -> list[str]:
	"""Every address that a document's definition calls, wherever it stands in it."""
	values, _problems = definition_of(doc)
	return ADDRESS.findall(json.dumps({key: one for key, one in values.items() if key != "docs"}))


def connections(name: str) -> list[str]:
	"""The Connector Configs that use it."""
	return frappe.get_all("Connector Config", {"connector": name}, pluck="name", order_by="name")
