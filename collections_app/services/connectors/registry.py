"""The connectors of this site: those of every app that lists them under `collections_connectors`, and the low-code ones."""

from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import frappe
from frappe import _

from collections_app.connectors.base import ConfigurationError, Connector, Manifest, Runtime
from collections_app.services.connectors.credentials import credentials_of
from collections_app.services.connectors.csv_formats import formats_of
from collections_app.services.connectors.low_code import definitions
from collections_app.services.connectors.subjects import Subjects


def modules() -> dict[str, str]:
	"""Name of a coded connector -> dotted path of its folder."""
	paths = dict.fromkeys(frappe.get_hooks("collections_connectors"))
	return {path.rsplit(".", 1)[-1]: path for path in paths}


def manifest(name: str) -> Manifest:
	return _class(name).manifest


def catalogue() -> list[Manifest]:
	found = [manifest(name) for name in modules()]
	for name in definitions.names():
		try:
			found.append(manifest(name))
		except ConfigurationError:
			continue  # its own form says what has to be mended; the others can be picked all the same
	return sorted(found, key=lambda one: (one.category, one.label))


def connect(config, runtime: Runtime | None = None) -> Connector:
	"""The connector of a Connector Config document, ready to use."""
	return _class(config.connector)(settings_of(config), runtime)


def settings_of(config) -> dict:
	"""What a connector may know of its configuration."""
	read = [row.account_id for row in config.accounts if row.enabled]
	if config.accounts and not read:
		raise ConfigurationError(_("No bank account is switched on: choose one under Bank Accounts."))
	credentials = credentials_of(config, manifest(config.connector))
	return {
		"company": config.company,
		"environment": config.environment,
		"credentials": credentials,
		"urls": _addresses(config),
		"accounts": read,
		"subjects": Subjects(config, credentials.get("monitor", "")),
		"csv_formats": formats_of(config.company) if reads_files(config.connector) else (),
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


def reads_files(name: str) -> bool:
	"""Whether a connector reads statement files, which wait in a folder of the site."""
	return any(stream.cursor in ("file", "remote_file") for stream in manifest(name).streams)


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


def _class(name: str) -> type[Connector]:
	if name in modules():
		return _module(name).CONNECTOR
	if not definitions.exists(name):
		raise ConfigurationError(_("There is no connector {0} on this site.").format(name))
	return definitions.connector_class(name)


def _module(name: str):
	return import_module(f"{modules()[name]}.connector")
