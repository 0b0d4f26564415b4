"""External References: which of our documents stands for which record elsewhere; the unique key takes each once."""

import hashlib

import frappe


def key_of(connector: str, stream: str, external_id: str) -> str:
	return hashlib.sha256(f"{connector}|{stream}|{external_id}".encode()).hexdigest()


def find(connector: str, stream: str, external_id: str) -> str | None:
	"""The name of the document that stands for it."""
	key = key_of(connector, stream, external_id)
	return frappe.db.get_value("External Reference", {"reference_key": key}, "reference_name")


def drop(connector: str, stream: str, external_id: str) -> None:
	"""Forgets it: the document is gone."""
	frappe.db.delete("External Reference", {"reference_key": key_of(connector, stream, external_id)})


def add(connector: str, stream: str, external_id: str, doctype: str, name: str) -> bool:
	"""Notes it; False when somebody else did."""
	frappe.db.savepoint("external_reference")
	try:
		frappe.get_doc(
			{
				"doctype": "External Reference",
				"connector": connector,
				"stream": stream,
				"external_id": external_id[:255],
				"reference_doctype": doctype,
				"reference_name": name,
				"reference_key": key_of(connector, stream, external_id),
			}
		).insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="external_reference")
		return False
	return True
