"""Many new documents in a few statements, with the rows that inserting them one by one would give.

What a document of its own does besides (controller methods, other apps' hooks, notifications, webhooks, server scripts,
assignment and naming rules) is looked for first: where anything of it listens to the doctype, and for a row that needs
the framework's care (markup, a missing or overlong value), the document way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from pypika.terms import Parameter

import frappe
from frappe.model.naming import NamingSeries, getseries, parse_naming_series
from frappe.utils import cint, cstr, flt, now

from collections_app.services.frames import chunks

# rows of one statement: few enough for SQLite's 32766 parameters, and for the last, shorter one to be made quickly
ROWS = 200
# field types with a limit, and the limit where the field names none
SHORT_TEXTS = ("Data", "Link", "Dynamic Link", "Select", "Read Only", "Phone", "Autocomplete")
VARCHAR = 140
EVENTS = (
	*("before_naming", "autoname", "before_insert", "before_validate", "validate", "before_save"),
	*("after_insert", "on_update", "on_change"),
)
# doctypes that say what else is done with a new document: the field that names its doctype, how it is on
LISTENERS = {
	"Document Naming Rule": ("document_type", {"disabled": 0}),
	"Notification": ("document_type", {"enabled": 1}),
	"Webhook": ("webhook_doctype", {"enabled": 1}),
	"Server Script": ("reference_doctype", {"disabled": 0, "script_type": "DocType Event"}),
	"Assignment Rule": ("document_type", {"disabled": 0}),
	"Workflow": ("document_type", {"is_active": 1}),
	"Milestone Tracker": ("document_type", {"disabled": 0}),
	"Energy Point Rule": ("reference_doctype", {"enabled": 1}),
}
FRAMEWORK = ("frappe.", "erpnext.")
NUMBER = "\0"


class BulkInsert:
	"""New documents of a doctype, the rows of its tables with them. Made for one step: what listens is looked up once.

	`unique`: the field whose value decides who was first; None where two of the same are no conflict. `handled`: events
	of the doctype's own controller whose work the caller has done.
	"""

	def __init__(self, doctype: str, unique: str | None = None, handled: Iterable[str] = ()):
		self.doctype, self.unique = doctype, unique
		self.parent = _Columns(doctype)
		self.tables = {
			field.fieldname: _Columns(field.options, doctype, field.fieldname)
			for field in self.parent.meta.get_table_fields()
		}
		self.one_by_one = is_listened_to(doctype, handled) or not self._has_series()

	def insert(self, records: Sequence[dict], failed: Callable[[dict, Exception], None]) -> list[str | None]:
		"""Inserts the records in the running transaction; a table field holds a list of dicts.

		Returns their names, None for one whose unique value another worker has taken meanwhile, and for one the
		framework refuses: `failed` is told, the others go on.
		"""
		names: list[str | None] = [None] * len(records)
		plain: list[int] = []
		for place, record in enumerate(records):
			if self.one_by_one or not self._is_plain(record):
				names[place] = self._insert_document(record, failed)
			else:
				plain.append(place)
		for place, name in zip(plain, self._insert_plain([records[one] for one in plain]), strict=True):
			names[place] = name
		return names

	def _has_series(self) -> bool:
		meta = self.parent.meta
		return (meta.autoname or "").lower().startswith("naming_series:") and bool(
			self.parent.defaults.get("naming_series")
		)

	def _is_plain(self, record: dict) -> bool:
		return self.parent.is_plain(record) and all(
			columns.is_plain(row) for table, columns in self.tables.items() for row in record.get(table) or ()
		)

	def _insert_document(self, record: dict, failed: Callable[[dict, Exception], None]) -> str | None:
		frappe.db.savepoint("bulk_insert")
		try:
			document = frappe.get_doc({"doctype": self.doctype, **record})
			return document.insert(ignore_permissions=True, ignore_links=True).name
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			frappe.db.rollback(save_point="bulk_insert")
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point="bulk_insert")
			failed(record, error)
		return None

	def _insert_plain(self, records: list[dict]) -> list[str | None]:
		if not records:
			return []
		names: list[str | None] = list(reserve_names(self.parent.defaults["naming_series"], len(records)))
		given = [{"name": name, "idx": 0, **record} for name, record in zip(names, records, strict=True)]
		self.parent.write(given, ignore_duplicates=bool(self.unique))
		if self.unique:
			ours = set(_existing(self.doctype, names))
			names = [name if name in ours else None for name in names]
		for table, columns in self.tables.items():
			columns.write(
				[
					{"name": frappe.generate_hash(length=10), "idx": number, "parent": name, **line}
					for name, record in zip(names, records, strict=True)
					if name
					for number, line in enumerate(record.get(table) or (), 1)
				]
			)
		return names


class _Columns:
	"""The columns of a doctype's table, and how a record's values become those a document would write."""

	def __init__(self, doctype: str, parenttype: str | None = None, parentfield: str | None = None):
		self.doctype, self.parenttype, self.parentfield = doctype, parenttype, parentfield
		self.meta = frappe.get_meta(doctype)
		template = self.defaults = dict(frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True))
		fields = {field.fieldname: field for field in self.meta.fields}
		self.casts = {name: _cast(fields.get(name)) for name in template}
		self.mandatory = [
			name for name, field in fields.items() if field.reqd and name in template and not template[name]
		]
		self.choices = {
			name: set(cstr(field.options).split("\n"))
			for name, field in fields.items()
			if field.fieldtype == "Select" and field.options and name != "naming_series"
		}
		self.lengths = {
			name: cint(field.length) or VARCHAR
			for name, field in fields.items()
			if field.fieldtype in SHORT_TEXTS
		}

	def is_plain(self, record: dict) -> bool:
		"""Whether the framework would write the record as it is: nothing missing, too long, unknown or to be cleaned."""
		if any(record.get(name) in (None, "") for name in self.mandatory):
			return False
		for name, value in record.items():
			if not isinstance(value, str):
				continue
			if "<" in value or ">" in value or len(value) > self.lengths.get(name, len(value)):
				return False
			if value and name in self.choices and value not in self.choices[name]:
				return False
		return True

	def write(self, records: list[dict], ignore_duplicates: bool = False) -> None:
		"""Inserts records that have name and idx, in a table of another document parent too.

		A column that is empty in all of them and by default is left to the database, which makes it NULL as well.
		"""
		if not records:
			return
		moment, user = now(), frappe.session.user
		defaults = {
			**self.defaults,
			**{"owner": user, "creation": moment, "modified": moment, "modified_by": user, "docstatus": 0},
			**({"parenttype": self.parenttype, "parentfield": self.parentfield} if self.parenttype else {}),
		}
		known = {name for record in records for name, value in record.items() if value is not None}
		columns = [name for name in defaults if name in known or defaults[name] is not None]
		casts = [(name, self.casts[name], defaults[name]) for name in columns]
		rows = [
			[default if (value := record.get(name)) is None else cast(value) for name, cast, default in casts]
			for record in records
		]
		insert_rows(self.doctype, columns, rows, ignore_duplicates)


def _cast(field) -> Callable[[Any], Any]:
	"""What a document does to a value before it is written."""
	kind = field.fieldtype if field else ""
	if kind == "Check":
		return lambda value: 1 if cint(value) else 0
	if kind == "Int":
		return cint
	if kind in ("Currency", "Float", "Percent"):
		return lambda value: value if type(value) is float else flt(value)
	if kind in ("Date", "Datetime", "Time") or (field and field.unique):
		return lambda value: None if value in (None, "") else str(value)
	return lambda value: value


def is_listened_to(doctype: str, handled: Iterable[str] = ()) -> bool:
	"""Whether something is to happen for every single new document of the doctype."""
	controller = type(frappe.new_doc(doctype))
	if any(hasattr(controller, event) for event in EVENTS if event not in handled):
		return True
	hooks = frappe.get_doc_hooks()
	methods = [
		*(method for event in EVENTS for method in hooks.get(doctype, {}).get(event, ())),
		*(
			method
			for event in EVENTS
			for method in hooks.get("*", {}).get(event, ())
			if not method.startswith(FRAMEWORK)
		),
	]
	return bool(methods) or any(
		frappe.db.exists(listener, {field: doctype, **is_on})
		for listener, (field, is_on) in LISTENERS.items()
		if frappe.db.exists("DocType", listener)
	)


def reserve_names(series: str, count: int) -> list[str]:
	"""The next `count` names of a naming series, which no other worker gets.

	The framework's counter gives the first and locks its row until the end of the transaction; the others follow it.
	"""
	first, width = 0, 0

	def counter(prefix: str, digits: int) -> str:
		nonlocal first, width
		first, width = int(getseries(prefix, digits)), digits
		if count > 1:
			table = frappe.qb.DocType("Series")
			frappe.qb.update(table).set(table.current, first + count - 1).where(table.name == prefix).run()
		return NUMBER

	pattern = parse_naming_series(NamingSeries(series).series, number_generator=counter)
	return [pattern.replace(NUMBER, str(number).zfill(width)) for number in range(first, first + count)]


def insert_rows(
	doctype: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], ignore_duplicates: bool = False
) -> None:
	"""Writes rows of values, in the order of `columns`.

	`frappe.db.bulk_insert` wraps every single value in an object of the query builder, which takes four times as long
	as writing it: here the builder makes the statement once, and the values are its parameters.
	"""
	for some in chunks(rows, ROWS):
		statement = _insert_statement(
			doctype, tuple(columns), len(some), ignore_duplicates, frappe.db.db_type
		)
		frappe.db.sql(statement, [value for row in some for value in row])


@lru_cache(maxsize=64)
def _insert_statement(
	doctype: str, columns: tuple[str, ...], rows: int, ignore_duplicates: bool, _database: str
) -> str:
	query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(*columns)
	if ignore_duplicates:
		query = query.ignore()
	return query.insert(*[[Parameter("%s")] * len(columns)] * rows).get_sql()


def _existing(doctype: str, names: Iterable[str]) -> Iterable[str]:
	for some in chunks(names):
		yield from frappe.get_all(doctype, {"name": ["in", some]}, pluck="name", order_by=None)
