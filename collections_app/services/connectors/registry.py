"""The connectors installed on this site: those of every app that lists them under `collections_connectors`."""

from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import frappe
from frappe import _

from collections_app.connectors.base import ConfigurationError, Connector, Manifest, Runtime
from collections_app.services.connectors.credentials import credentials_of


def modules() -> dict[str, str]:
	"""Connector name -> dotted path of its folder."""
	paths = dict.fromkeys(frappe.get_hooks("collections_connectors"))
	return {path.rsplit(".", 1)[-1]: path for path in paths}


def manifest(name: str) -> Manifest:
	return _module(name).MANIFEST


def catalogue() -> list[Manifest]:
	return sorted((manifest(name) for name in modules()), key=lambda one: (one.category, one.label))


def connect(config, runtime: Runtime | None = None) -> Connector:
	"""The connector of a Connector Config document, ready to use."""
	return _module(config.connector).CONNECTOR(settings_of(config), runtime)


def settings_of(config) -> dict:
	"""What a connector may know of its configuration."""
	read = [row.account_id for row in config.accounts if row.enabled]
	if config.accounts and not read:
		raise ConfigurationError(_("No bank account is switched on: choose one under Bank Accounts."))
	return {
		"company": config.company,
		"environment": config.environment,
		"credentials": credentials_of(config, manifest(config.connector)),
		"urls": _addresses(config),
		"accounts": read,
		"folder": statement_folder(config.inbox_folder, create=True) if config.inbox_folder else None,
	}


def _addresses(config) -> dict[str, str]:
	"""The addresses that an administrator's own one leads to: it takes the place of the main one, and its host that of
	the provider's other ones, where they lie on the main one's host or ours is a local service."""
	if not config.base_url:
		return {}
	own = config.base_url.rstrip("/")
	ours = urlsplit(own)
	urls = manifest(config.connector).environments.get(config.environment or "", {})
	home = urls.get("base_url", "")
	local = ours.netloc in (frappe.conf.get("collections_allowed_hosts") or ())
	moved = {"base_url": own}
	for name, url in urls.items():
		if name == "base_url":
			continue
		if home and url.startswith(home):
			moved[name] = own + url.removeprefix(home)
		elif url and (local or urlsplit(url).netloc == urlsplit(home).netloc):
			moved[name] = f"{ours.scheme}://{ours.netloc}{urlsplit(url).path}"
	return moved


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
