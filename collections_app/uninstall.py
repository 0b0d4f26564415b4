"""Takes away what `install.py` and the app's use left outside the app's own DocTypes."""

import click

import frappe
from frappe.query_builder import DocType

from collections_app.constants.custom_fields import CUSTOM_FIELDS
from collections_app.constants.roles import APP_ROLES


def before_uninstall() -> None:
	app_doctypes = frappe.get_all("DocType", filters={"module": "Collections"}, pluck="name", order_by="name")
	delete_custom_fields()
	delete_tasks(app_doctypes)
	delete_schedule()
	delete_desk_records()
	delete_roles()
	keep_mails(app_doctypes)
	keep_files(app_doctypes)
	delete_traces(app_doctypes)
	frappe.clear_cache()
	click.secho("Collections is removed. Payments, invoices, e-mails and files it made stay.", fg="green")


def after_uninstall() -> None:
	"""What must not happen before the app is gone: dropping columns commits what was deleted so far."""
	if frappe.db.exists("Module Def", {"app_name": "collections_app"}):
		# a dry run calls the hooks, too
		return
	drop_columns()
	frappe.db.delete("Patch Log", {"patch": ["like", "%collections_app.%"]})
	frappe.db.commit()  # nosemgrep: Frappe has committed its own part before this hook


def drop_columns() -> None:
	"""A Custom Field that is deleted leaves its column, and a later install would find the old values in it."""
	for doctype, fields in CUSTOM_FIELDS.items():
		present = frappe.db.get_table_columns(doctype)
		for fieldname in (field["fieldname"] for field in fields):
			if fieldname in present:
				# names from the app's own dict: DDL takes no parameters
				frappe.db.sql_ddl(f"alter table `tab{doctype}` drop column `{fieldname}`")
		frappe.clear_cache(doctype=doctype)


def delete_custom_fields() -> None:
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ["in", names]})
		frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ["in", names]})
		frappe.clear_cache(doctype=doctype)


def delete_tasks(app_doctypes: list[str]) -> None:
	"""Calls assigned to collectors point at cases that no longer exist."""
	frappe.db.delete("ToDo", {"reference_type": ["in", app_doctypes]})


def delete_schedule() -> None:
	"""Frappe drops the jobs of an app that is gone only at the next migration."""
	jobs = frappe.get_all(
		"Scheduled Job Type", filters={"method": ["like", "collections_app.%"]}, pluck="name"
	)
	if jobs:
		frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ["in", jobs]})
		frappe.db.delete("Scheduled Job Type", {"name": ["in", jobs]})


def delete_desk_records() -> None:
	"""Desk records that Frappe's own uninstall does not find by module."""
	for doctype in ("Workspace Sidebar", "Desktop Icon"):
		if frappe.db.exists("DocType", doctype) and frappe.get_meta(doctype).has_field("app"):
			for name in frappe.get_all(doctype, filters={"app": "collections_app"}, pluck="name"):
				frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)


def delete_roles() -> None:
	for role in APP_ROLES:
		for table in ("Has Role", "DocPerm", "Custom DocPerm", "Custom Role"):
			if frappe.db.has_column(table, "role"):
				frappe.db.delete(table, {"role": role})
		frappe.db.delete("Role", {"name": role})


def keep_mails(app_doctypes: list[str]) -> None:
	"""E-mails stay, on the timeline of their customer instead of the case that goes."""
	mail, link, queue = (DocType(name) for name in ("Communication", "Communication Link", "Email Queue"))
	customers = (
		frappe.qb.from_(mail)
		.inner_join(link)
		.on((link.parent == mail.name) & (link.link_doctype == "Customer"))
		.select(mail.name, link.link_name)
		.where(mail.reference_doctype.isin(app_doctypes))
	).run()
	moved = {
		name: {"reference_doctype": "Customer", "reference_name": customer} for name, customer in customers
	}
	frappe.db.bulk_update("Communication", moved, update_modified=False)
	for table in (mail, queue):
		(
			frappe.qb.update(table)
			.set(table.reference_doctype, None)
			.set(table.reference_name, None)
			.where(table.reference_doctype.isin(app_doctypes))
		).run()
	frappe.db.delete("Communication Link", {"link_doctype": ["in", app_doctypes]})


def keep_files(app_doctypes: list[str]) -> None:
	"""Files stay, on the customer instead of the document that goes. Files of a DocType that is gone cannot be opened."""
	attached: dict[str, list] = {}
	for file in frappe.get_all(
		"File",
		{"attached_to_doctype": ["in", app_doctypes]},
		["name", "attached_to_doctype", "attached_to_name"],
	):
		attached.setdefault(file.attached_to_doctype, []).append(file)
	for doctype, files in attached.items():
		customers: dict[str, str] = {}
		if frappe.get_meta(doctype).has_field("customer"):
			names = {file.attached_to_name for file in files}
			found = frappe.get_all(doctype, {"name": ["in", names]}, ["name", "customer"], as_list=True)
			customers = dict(found)
		moved = {}
		for file in files:
			customer = customers.get(file.attached_to_name)
			moved[file.name] = {
				"attached_to_doctype": "Customer" if customer else None,
				"attached_to_name": customer,
				"attached_to_field": None,
			}
		frappe.db.bulk_update("File", moved, update_modified=False)


def delete_traces(app_doctypes: list[str]) -> None:
	"""Versions, comments and the like of documents that go with the app."""
	for table, column in (
		("Version", "ref_doctype"),
		("Comment", "reference_doctype"),
		("View Log", "reference_doctype"),
		("DocShare", "share_doctype"),
		("Document Follow", "ref_doctype"),
		("Notification Log", "document_type"),
		("List View Settings", "name"),
	):
		if frappe.db.table_exists(table) and frappe.db.has_column(table, column):
			frappe.db.delete(table, {column: ["in", app_doctypes]})
	frappe.db.delete("Singles", {"doctype": ["in", app_doctypes]})
