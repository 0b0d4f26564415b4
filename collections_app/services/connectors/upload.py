"""Statement files given by hand: into the connector's folder, and back there after a failure."""

from pathlib import Path

import frappe
from frappe import _

from collections_app.connectors.file_drop.connector import free_path
from collections_app.exceptions import SettingsMissingError
from collections_app.services.connectors.registry import statement_folder


def place_file(config, file_url: str) -> Path:
	"""Copies an uploaded File the user may read into the folder. Returns where it stands."""
	name = frappe.db.get_value("File", {"file_url": file_url}, order_by="creation desc")
	if not name:
		frappe.throw(_("The uploaded file {0} is not there.").format(file_url))
	file = frappe.get_doc("File", name)
	file.check_permission("read")
	target = free_path(folder_of(config) / Path(file.file_name).name)
	# the bytes as they are: get_content would guess at their encoding, which the statement itself names
	target.write_bytes(Path(file.get_full_path()).read_bytes())
	return target


def return_failed_files(config) -> int:
	"""Moves every file of `failed` back to be read again. Returns how many."""
	folder = folder_of(config)
	files = [path for path in sorted((folder / "failed").glob("*")) if path.is_file()]
	for path in files:
		path.rename(free_path(folder / path.name))
	return len(files)


def folder_of(config) -> Path:
	if not config.inbox_folder:
		raise SettingsMissingError(_("Connector {0} has no folder.").format(config.name))
	return statement_folder(config.inbox_folder, create=True)
