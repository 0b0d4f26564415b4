"""Statement files given by hand: into the connector's folder, and back there after a failure."""

from pathlib import Path

import frappe
from frappe import _

from collections_app.connectors.statement_files import FAILED, free_path, is_finished, plain_name
from collections_app.exceptions import SettingsMissingError
from collections_app.services.connectors.csv_formats import readable_file
from collections_app.services.connectors.registry import statement_folder


def place_file(config, file_url: str) -> Path:
	"""Copies an uploaded File the user may read into the folder. Returns where it stands."""
	file = readable_file(file_url)
	name = plain_name(Path(file.file_name).name)
	if not is_finished(name):
		frappe.throw(_("{0} has the name of a file that is still being written: rename it.").format(name))
	target = free_path(folder_of(config) / name)
	# the bytes as they are: get_content would guess at their encoding, which the statement itself names
	target.write_bytes(Path(file.get_full_path()).read_bytes())
	return target


def return_failed_files(config) -> int:
	"""Moves every file of `failed` back to be read again. Returns how many."""
	folder = folder_of(config)
	files = [path for path in sorted((folder / FAILED).glob("*")) if path.is_file()]
	for path in files:
		path.rename(free_path(folder / path.name))
	return len(files)


def folder_of(config) -> Path:
	if not config.inbox_folder:
		raise SettingsMissingError(_("Connector {0} has no folder.").format(config.name))
	return statement_folder(config.inbox_folder, create=True)
