"""Tables on SQLite keep keys, constraints, defaults and indexes through every change."""

import sqlite3

import pytest

TABLE = "tabSandbox Trial"


@pytest.fixture
def trial(site):
	"""A DocType with a unique and an indexed field."""
	if site.db.db_type != "sqlite":
		pytest.skip("SQLite alone")
	fields = [
		{"fieldname": "code", "fieldtype": "Data", "label": "Code", "unique": 1},
		{"fieldname": "customer", "fieldtype": "Data", "label": "Customer", "search_index": 1},
		{"fieldname": "amount", "fieldtype": "Currency", "label": "Amount"},
	]
	doctype = site.get_doc(
		{"doctype": "DocType", "name": "Sandbox Trial", "module": "Custom", "custom": 1, "fields": fields}
	).insert()
	yield site
	site.db.rollback()
	doctype.delete(force=True)
	site.db.sql_ddl(f"drop table `{TABLE}`")
	site.db.commit()


def change(site, fieldname, **values):
	doctype = site.get_doc("DocType", "Sandbox Trial")
	doctype.get("fields", {"fieldname": fieldname})[0].update(values)
	doctype.save()


def columns_of_indexes(table=TABLE):
	from sandbox.patches.sqlite_schema import indexes

	return {(tuple(index["columns"]), index["unique"]) for index in indexes(table)}


def insert(site, code, **values):
	return site.get_doc({"doctype": "Sandbox Trial", "code": code, **values}).insert()


def test_new_table_has_its_indexes(trial):
	assert {(("name",), True), (("code",), True), (("customer",), False)} <= columns_of_indexes()


def test_changed_type_keeps_keys_rows_and_defaults(trial):
	name = insert(trial, "A", customer="C1", amount=12.5).name
	change(trial, "customer", fieldtype="Int", default="7")
	assert {(("name",), True), (("code",), True), (("customer",), False)} <= columns_of_indexes()
	assert trial.db.get_value("Sandbox Trial", name, "amount") == 12.5
	trial.db.sql("insert into `tabSandbox Trial` (name) values ('bare')")
	assert trial.db.get_value("Sandbox Trial", "bare", ["customer", "docstatus"]) == (7, 0)


def test_duplicates_are_refused_after_a_change(trial):
	change(trial, "amount", fieldtype="Data")
	insert(trial, "A")
	with pytest.raises(trial.UniqueValidationError):
		insert(trial, "A")


def test_unique_and_index_can_be_taken_away_and_added(trial):
	change(trial, "code", unique=0)
	assert (("code",), True) not in columns_of_indexes()
	change(trial, "customer", search_index=0)
	assert (("customer",), False) not in columns_of_indexes()
	change(trial, "customer", unique=1)
	assert (("customer",), True) in columns_of_indexes()


def test_same_index_name_on_two_tables(trial):
	for doctype in ("Sandbox Trial", "ToDo"):
		trial.db.add_index(doctype, ["creation", "owner"], "same_name")
		assert trial.db.has_index(f"tab{doctype}", "same_name")
	assert (("creation", "owner"), False) in columns_of_indexes("tabToDo")


def test_unique_constraint_over_several_fields(trial):
	trial.db.add_unique("Sandbox Trial", ["customer", "amount"], constraint_name="unique_pair")
	insert(trial, "A", customer="C1", amount=1)
	with pytest.raises((sqlite3.IntegrityError, trial.UniqueValidationError)):
		insert(trial, "B", customer="C1", amount=1)


def test_renamed_column_keeps_its_index(trial):
	trial.db.rename_column("Sandbox Trial", "customer", "client")
	assert (("client",), False) in columns_of_indexes()
	trial.db.rename_column("Sandbox Trial", "client", "customer")


def test_text_too_long_for_a_bench_is_refused(trial):
	assert insert(trial, "A" * 140).code == "A" * 140
	with pytest.raises(trial.CharacterLengthExceededError):
		insert(trial, "B" * 141)
