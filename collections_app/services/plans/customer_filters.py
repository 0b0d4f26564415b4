"""Filters over the Customer record that a user builds with the desk's own filter builder."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr

from collections_app.engine.conditions import ConditionError

DOCTYPE = "Customer"
LISTS = ("in", "not in")
TREES = (
	"descendants of",
	"descendants of (inclusive)",
	"not descendants of",
	"ancestors of",
	"not ancestors of",
)
OPERATORS = (
	*("=", "!=", ">", "<", ">=", "<=", "like", "not like", "is", "between", "timespan"),
	*LISTS,
	*TREES,
)
NUMBERS = ("Int", "Float", "Currency", "Percent", "Rating", "Duration")
# kept by Frappe in columns of their own, with no field
TAGS = ("_user_tags", "_assign", "_comments", "_liked_by", "_seen")


class CustomerFilterError(ConditionError):
	"""A customer filter that cannot be used; the message is for the person at the form."""

	def sentence(self, row: int, field: str, message: str) -> str:
		if row:
			return _("Customer filter {0}: {1}").format(row, message)
		return _("Customer filters: {0}").format(message)


def read_filters(text: str | None) -> list[list]:
	"""The stored JSON as checked filters [doctype, field, operator, value]; empty for none.

	CustomerFilterError names the first wrong row: no JSON, an unknown field or operator, a value that cannot be.
	"""
	if not (text or "").strip():
		return []
	try:
		rows = json.loads(text)
	except ValueError as error:
		raise CustomerFilterError(0, "json", _("this is no valid JSON ({0})").format(error)) from None
	if not isinstance(rows, list):
		raise CustomerFilterError(0, "json", _("a list of filters is expected"))
	return [_checked(row, number) for number, row in enumerate(rows, 1)]


def check_values(filters: list[list]) -> None:
	"""What only matters when a filter is made: the records named exist, and the database takes the whole."""
	for number, (doctype, fieldname, operator, value) in enumerate(filters, 1):
		df = frappe.get_meta(doctype).get_field(fieldname)
		if not df or df.fieldtype != "Link" or operator.lower() not in ("=", *LISTS, *TREES):
			continue
		for name in value if isinstance(value, list) else [value]:
			if cstr(name) and not frappe.db.exists(df.options, name):
				raise CustomerFilterError(
					number, "value", _("{0} {1} does not exist").format(_(df.options), frappe.bold(name))
				)
	matching_customers(filters)


def matching_customers(filters: list[list]) -> frozenset[str] | None:
	"""Customers that meet all filters, whoever asks; None without filters. One query.

	CustomerFilterError when the database refuses them.
	"""
	if not filters:
		return None
	frappe.db.savepoint("customer_filters")
	try:
		names = frappe.get_all(DOCTYPE, filters=filters, pluck="name", order_by="name", limit=0)
	except Exception as error:
		frappe.db.rollback(save_point="customer_filters")
		raise CustomerFilterError(0, "json", cstr(error) or type(error).__name__) from error
	return frozenset(names)


def _checked(row: Any, number: int) -> list:
	if not isinstance(row, list) or len(row) < 3:
		raise CustomerFilterError(number, "json", _("field, operator and value are expected"))
	# the filter builder adds a fifth entry: whether the filter is hidden
	doctype, fieldname, operator, value = row[:4] if len(row) > 3 else [DOCTYPE, *row]
	if not all(isinstance(part, str) for part in (doctype, fieldname, operator)):
		raise CustomerFilterError(number, "json", _("field and operator must be text"))
	_check_field(doctype, fieldname, number)
	if operator.lower() not in OPERATORS:
		raise CustomerFilterError(number, "operator", _("unknown operator {0}").format(frappe.bold(operator)))
	df = frappe.get_meta(doctype).get_field(fieldname)
	return [doctype, fieldname, operator, _value(operator.lower(), value, df, number)]


def _check_field(doctype: str, fieldname: str, number: int) -> None:
	meta = frappe.get_meta(DOCTYPE)
	if doctype != DOCTYPE and doctype not in {table.options for table in meta.get_table_fields()}:
		raise CustomerFilterError(
			number, "field", _("{0} is no part of the customer").format(frappe.bold(doctype))
		)
	meta = frappe.get_meta(doctype)
	df = meta.get_field(fieldname)
	if fieldname not in (*meta.get_valid_columns(), *TAGS) or (df and df.get("is_virtual")):
		raise CustomerFilterError(
			number, "field", _("{0} has no field {1}").format(_(doctype), frappe.bold(fieldname))
		)


def _value(operator: str, value: Any, df, number: int) -> Any:
	def refuse(message: str):
		raise CustomerFilterError(number, "value", message)

	if operator in LISTS:
		values = value.split(",") if isinstance(value, str) else value
		if not isinstance(values, list) or not values or any(isinstance(one, list | dict) for one in values):
			refuse(_("give the values, separated by commas"))
		return [one.strip() if isinstance(one, str) else one for one in values]
	if operator == "between":
		if not isinstance(value, list) or len(value) != 2:
			refuse(_("two days are expected"))
		return value
	if isinstance(value, list | dict):
		refuse(_("one value is expected"))
	if operator == "is" and value not in ("set", "not set"):
		refuse(_("choose Set or Not Set"))
	if operator in (*TREES, "timespan", "like", "not like", ">", "<", ">=", "<=") and value in (None, ""):
		refuse(_("the value is missing"))
	if df and df.fieldtype in NUMBERS and operator in ("=", "!=", ">", "<", ">=", "<="):
		try:
			float(value or 0)
		except (TypeError, ValueError):
			refuse(_("{0} needs a number, not {1}").format(_(df.label), frappe.bold(value)))
	return value
