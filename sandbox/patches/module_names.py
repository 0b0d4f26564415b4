"""Names apps import that the single-app edition moved elsewhere: `frappe.modules` and what is below it."""

import importlib
import sys
from types import ModuleType

from sandbox.patches.hook import after_import

MOVED = {
	"utils": "frappe.model.module_utils",
	"import_file": "frappe.model.import_doc",
	"export_file": "frappe.model.export",
	"patch_handler": "frappe.patches",
}
PACKAGE_NAMES = (
	"export_doc",
	"get_doc_path",
	"get_doctype_module",
	"get_module_app",
	"get_module_name",
	"load_doctype_module",
	"reload_doc",
)


@after_import("frappe")
def restore_module_names(frappe) -> None:
	package = ModuleType("frappe.modules")
	package.__path__ = []
	sys.modules[package.__name__] = frappe.modules = package
	for name, place in MOVED.items():
		moved = importlib.import_module(place)
		sys.modules[f"frappe.modules.{name}"] = moved
		setattr(package, name, moved)
	for name in PACKAGE_NAMES:
		setattr(package, name, getattr(package.utils, name))
	package.scrub, package.get_module_path = frappe.scrub, frappe.get_module_path
