"""Payer Alias: the account numbers and names that payments have shown to be a customer's."""

import hashlib

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.engine.matching.parties import iban_key, name_key
from collections_app.services.frames import query_frame

IBAN, NAME = "IBAN", "Name"
CONFIRMED, SURE = "Confirmed", "Sure Payment"
# below that a name says too little to stand for a customer
SHORTEST_NAME = 3


def key_of(kind: str, value: str) -> str:
	"""What the engine compares: the value without blanks, accents and signs; "" where nothing is left."""
	return iban_key(value) if kind == IBAN else name_key(value)


def alias_name(kind: str, value: str, customer: str) -> str:
	"""The record's name, the same for the same payer (however written) and customer."""
	return hashlib.sha256("\n".join((kind, key_of(kind, value), customer)).encode()).hexdigest()[:16]


def learn(match, source: str) -> None:
	"""An applied payment teaches whose its account number is, and, where a person confirmed it, whose its name.

	What a person disabled stays so. Marks the match as one that taught, so that undoing it can take it back.
	"""
	for kind, value in _payer_of(match):
		if _worth_learning(kind, value, match.customer, source):
			_count(kind, value, match.customer, match.date, source)
			match.learned = 1


def _payer_of(match) -> list[tuple[str, str]]:
	"""The account number and the name that the bank gave, as a record holds them; without what says nothing."""
	pairs = ((IBAN, match.counterparty_iban), (NAME, match.counterparty_name))
	values = [(kind, (value or "").strip()) for kind, value in pairs]
	return [(kind, value) for kind, value in values if key_of(kind, value)]


def _worth_learning(kind: str, value: str, customer: str, source: str) -> bool:
	if kind == IBAN:
		return True
	key, own = key_of(kind, value), frappe.get_cached_value("Customer", customer, "customer_name")
	return source == CONFIRMED and len(key) >= SHORTEST_NAME and key != name_key(own or "")


def _count(kind: str, value: str, customer: str, day, source: str) -> None:
	"""One payment more for the payer; where two workers meet a new payer, the second counts the first one's record."""
	name = alias_name(kind, value, customer)
	if not frappe.db.exists("Payer Alias", name):
		frappe.db.savepoint("new_payer")
		try:
			frappe.get_doc(
				{
					"doctype": "Payer Alias",
					"kind": kind,
					"value": value,
					"customer": customer,
					"source": source,
					"count": 1,
					"last_used": day,
				}
			).insert(ignore_permissions=True)
			return
		except frappe.DuplicateEntryError:
			frappe.db.rollback(save_point="new_payer")
			frappe.clear_last_message()
	alias = DocType("Payer Alias")
	used = frappe.qb.update(alias).where(alias.name == name)
	used.set(alias.count, alias.count + 1).run()
	used.set(alias.last_used, day).where(alias.last_used.isnull() | (alias.last_used < day)).run()
	if source == CONFIRMED:
		used.set(alias.source, source).where(alias.source == SURE).run()


def forget(match) -> None:
	"""Takes back what the match taught: the record goes with the last payment that spoke for it, but not one that a
	person entered or disabled."""
	for kind, value in _payer_of(match):
		name = alias_name(kind, value, match.customer or "")
		known = frappe.db.get_value(
			"Payer Alias", name, ("count", "source", "disabled"), as_dict=True, for_update=True
		)
		if not known or not known.count:
			continue
		if known.count == 1 and known.source != "Entered" and not known.disabled:
			frappe.delete_doc("Payer Alias", name, ignore_permissions=True, force=True)
		else:
			frappe.db.set_value("Payer Alias", name, "count", known.count - 1)


def known_payers() -> pd.DataFrame:
	"""For the engine: kind ("iban" or "name"), value, customer; of the aliases in use and of customers' bank accounts.

	Where one account number or name is known for several customers, all are given: the engine is sure of none then.
	"""
	alias, account = DocType("Payer Alias"), DocType("Bank Account")
	learned = query_frame(
		frappe.qb.from_(alias).select(alias.kind, alias.value, alias.customer).where(alias.disabled == 0)
	)
	learned["kind"] = learned["kind"].map({IBAN: "iban", NAME: "name"})
	banks = query_frame(
		frappe.qb.from_(account)
		.select(account.iban.as_("value"), account.party.as_("customer"))
		.where((account.party_type == "Customer") & (account.iban != "") & (account.disabled == 0))
	).assign(kind="iban")
	return pd.concat([learned, banks[["kind", "value", "customer"]]], ignore_index=True).drop_duplicates()
