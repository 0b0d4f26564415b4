"""The connectors installed on this site: those of every app that lists them under `collections_connectors`."""

from importlib import import_module
from pathlib import Path

import frappe
from frappe import _

from collections_app.connectors.base import ConfigurationError, Connector, Manifest


def modules() -> dict[str, str]:
	"""Connector name -> dotted path of its folder."""
	paths = dict.fromkeys(frappe.get_hooks("collections_connectors"))
	return {path.rsplit(".", 1)[-1]: path for path in paths}


def manifest(name: str) -> Manifest:
	return _module(name).MANIFEST


def catalogue() -> list[Manifest]:
	return sorted((manifest(name) for name in modules()), key=lambda one: (one.category, one.label))


def connect(config) -> Connector:
	"""The connector of a Connector Config document, ready to use."""
	return _module(config.connector).CONNECTOR(settings_of(config))


def settings_of(config) -> dict:
	"""What a connector may know of its configuration."""
	return {
		"company": config.company,
		"folder": statement_folder(config.inbox_folder, create=True) if config.inbox_folder else None,
	}


def statement_folder(folder: str, create: bool = False) -> Path:
	"""The absolute path of a folder below the site's private files; these themselves and anything outside are refused:
	a connector takes all files of its folder for its own."""
	base = Path(frappe.get_site_path("private", "files")).resolve()
	path = (base / folder).resolve()
	if base not in path.parents:
		raise ConfigurationError(
			_("The folder {0} is not a folder below the site's private files.").format(folder)
		)
	if create:
		path.mkdir(parents=True, exist_ok=True)
	return path


def _module(name: str):
	path = modules().get(name)
	if not path:
		raise ConfigurationError(_("There is no connector {0} on this site.").format(name))
	return import_module(f"{path}.connector")
