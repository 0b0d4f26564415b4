"""What tests of who sees what start from: users who see some customers, documents as they are, and the ways to read them."""

import frappe
from frappe.client import get as client_get
from frappe.client import get_list as client_list
from frappe.client import get_value as client_value
from frappe.desk import reportview
from frappe.desk.form.load import getdoc
from frappe.desk.search import search_link
from frappe.model.db_query import DatabaseQuery
from frappe.www.printview import get_html_and_style

from collections_app.tests.desk import make_user, restrict
from collections_app.tests.test_report_permissions import ROLES
from collections_app.tests.utils import COMPANY, CollectionsTestCase

TREES = {"Territory": "territory", "Customer Group": "customer_group"}
HIDDEN = 77777.0


class SeenTestCase(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		self.own, self.hidden = self.customer(), self.customer()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		super().tearDown()

	def restricted(self, role: str, kind: str = "Customer") -> str:
		"""A user who sees `own` alone."""
		leaf = self.own
		if field := TREES.get(kind):
			leaf = f"{self.own} {kind}"
			if not frappe.db.exists(kind, leaf):
				values = {
					f"{field}_name": leaf,
					f"parent_{field}": frappe.db.get_value(kind, {"is_group": 1}),
				}
				frappe.get_doc({"doctype": kind, **values}).insert()
				frappe.db.set_value("Customer", self.own, field, leaf)
		user = make_user(*ROLES[role])
		restrict(user, kind, leaf)
		return user

	def all_restricted(self) -> list[str]:
		return [self.restricted(role, kind) for role in ROLES for kind in ("Customer", *TREES)]

	def make(self, doctype: str, **values) -> str:
		doc = frappe.get_doc({"doctype": doctype, "company": COMPANY, **values})
		doc.name = frappe.generate_hash(length=10)
		for field in doc.meta.fields:
			if field.unique:
				doc.set(field.fieldname, doc.name)
		doc.db_insert()
		for row in doc.get_all_children():
			row.parent, row.name = doc.name, frappe.generate_hash(length=10)
			row.db_insert()
		frappe.clear_document_cache(doctype, doc.name)
		return doc.name

	def seen(self, doctype: str, *names: str) -> list[str]:
		return frappe.get_list(doctype, {"name": ["in", names]}, pluck="name", order_by="name")


def listed(doctype: str, name: str, table: str, field: str) -> str:
	"""The report view, with a column of the rows."""
	return asked(reportview.get_list, doctype, name, [f"`tab{table}`.`{field}`"])


def counted(doctype: str, name: str, *_row: str) -> str:
	return asked(reportview.get_count, doctype, name, [], distinct="false")


def exported(doctype: str, name: str, table: str, field: str) -> str:
	fields = ["`tab{0}`.`name`".format(doctype), f"`tab{table}`.`{field}`"]
	asked(reportview.export_query, doctype, name, fields, file_format_type="CSV", title=doctype)
	return str(frappe.response.pop("filecontent", ""))


def asked(view, doctype: str, name: str, fields: list[str], **more) -> str:
	frappe.local.form_dict = frappe._dict(
		doctype=doctype,
		fields=frappe.as_json(fields or [f"`tab{doctype}`.`name`"]),
		filters=frappe.as_json([[doctype, "name", "=", name]]),
		**more,
	)
	return str(view())


def opened(doctype: str, name: str, *_row: str) -> str:
	frappe.response.docs = []
	try:
		getdoc(doctype, name)
	except frappe.PermissionError:
		return ""
	return frappe.as_json(frappe.response.docs)


def fetched(doctype: str, name: str, *_row: str) -> str:
	try:
		return frappe.as_json(client_get(doctype, name))
	except frappe.PermissionError:
		return ""


def rows_of(doctype: str, name: str, table: str, field: str) -> str:
	return str(client_list(table, fields=[field], filters={"parent": name}, parent=doctype))


def linked(doctype: str, name: str, *_row: str) -> str:
	return str(len(search_link(doctype, name)))


def printed(doctype: str, name: str, *_row: str) -> str:
	try:
		return get_html_and_style(doc=doctype, name=name)["html"].replace(",", "").replace(".", "")
	except frappe.PermissionError:
		return ""


def rows_by_hook(doctype: str, name: str, table: str, field: str) -> str:
	return str(rows_in(table, name, doctype, [field]))


def rows_in(table: str, parent: str, doctype: str, fields: list[str]) -> list:
	"""Rows as v15 reads them: v16 asks for the document itself, also without the app's hook."""
	return DatabaseQuery(table).execute(fields=fields, filters={"parent": parent}, parent_doctype=doctype)


def valued(doctype: str, name: str, *_row: str) -> str:
	found = client_value(doctype, ["name"], {"name": name})
	return str(int(bool(found)))


SURFACES = (listed, counted, exported, opened, fetched, rows_of, rows_by_hook, linked, printed, valued)
