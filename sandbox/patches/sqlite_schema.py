"""Tables on SQLite that keep their keys.

As shipped, changing a table rebuilds it without primary key, unique constraints, defaults and indexes; a new
table gets no index for fields that ask for one; and index names, which SQLite shares between all tables,
silently collide, so that the second table's index (or unique constraint) of the same name is never made.
"""

from sandbox.patches.hook import after_import


@after_import("frappe.database.sqlite.schema")
def mend_tables(schema) -> None:
	table = schema.SQLiteTable
	make = table.create

	def create(self):
		make(self)
		for column in self.columns.values():
			if column.set_index and not column.unique:
				add_index(self.table_name, [column.fieldname])

	table.create, table.alter = create, alter


@after_import("frappe.database.sqlite.database")
def mend_indexes(module) -> None:
	base = module.SQLiteDatabase
	base.get_table_columns_description = describe_columns
	base.add_index, base.add_unique, base.has_index = add_named_index, add_named_unique, has_index
	base.change_column_type, base.rename_column = change_column_type, rename_column


def alter(self) -> None:
	"""Bring the table to what the DocType says now."""
	import frappe

	for column in self.columns.values():
		column.build_for_alter_table(self.current_columns.get(column.fieldname.lower()))
	for column in self.add_column:
		definition = column.get_definition().removesuffix(" UNIQUE")
		frappe.db.sql_ddl(f"ALTER TABLE `{self.table_name}` ADD COLUMN `{column.fieldname}` {definition}")
	changed = {
		column.fieldname: column for column in self.change_type + self.set_default + self.change_nullability
	}
	no_longer_unique = {column.fieldname for column in self.drop_unique}
	if changed or no_longer_unique:
		new = {name: column.get_definition(for_modification=True) for name, column in changed.items()}
		rebuild(self.table_name, new, no_longer_unique)
	for column in self.drop_index:
		drop_indexes(self.table_name, column.fieldname)
	for column in self.add_unique:
		add_index(self.table_name, [column.fieldname], unique=True)
	for column in self.add_index:
		if not column.unique:
			add_index(self.table_name, [column.fieldname])


def describe_columns(self, table_name) -> list:
	"""The table's columns with what the schema sync compares: type, default, may be empty, indexed, unique."""
	import frappe

	indexed, unique = set(), set()
	for index in indexes(table_name):
		if len(index["columns"]) == 1:
			(unique if index["unique"] else indexed).add(index["columns"][0])
	return [
		frappe._dict(
			name=row[1],
			type=row[2],
			default=row[4],
			not_nullable=bool(row[3]),
			index=row[1] in indexed,
			unique=row[1] in unique,
		)
		for row in run(f'PRAGMA table_info("{table_name}")')
	]


def rebuild(table_name: str, new: dict[str, str], no_longer_unique=frozenset()) -> None:
	"""Make the table again with other definitions for the columns in `new`, keeping all else."""
	import frappe

	(made,) = run("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", [table_name])[0]
	counts = " AUTOINCREMENT" if "AUTOINCREMENT" in made.upper() else ""
	columns = run(f'PRAGMA table_info("{table_name}")')
	definitions = []
	for _, name, kind, not_null, default, key in columns:
		if key:
			definition = f"{kind} PRIMARY KEY{counts}"
		elif name in new:
			definition = new[name]
		else:
			definition = (
				kind
				+ (" NOT NULL" if not_null else "")
				+ (f" DEFAULT {default}" if default is not None else "")
			)
		definitions.append(f'"{name}" {definition}')
	kept = [
		index
		for index in indexes(table_name)
		if not (index["unique"] and set(index["columns"]) & no_longer_unique)
	]
	names = ", ".join(f'"{column[1]}"' for column in columns)
	values = ", ".join(filled(column[1], new) for column in columns)
	frappe.db.commit()
	run("BEGIN IMMEDIATE")
	run(f'CREATE TABLE "{table_name}_new" ({", ".join(definitions)})')
	run(f'INSERT INTO "{table_name}_new" ({names}) SELECT {values} FROM "{table_name}"')
	run(f'DROP TABLE "{table_name}"')
	run(f'ALTER TABLE "{table_name}_new" RENAME TO "{table_name}"')
	for index in kept:
		if index["sql"]:
			run(index["sql"])
		elif not index["key"]:
			add_index(table_name, index["columns"], unique=True)
	frappe.db.commit()


def filled(name: str, new: dict[str, str]) -> str:
	"""The column's value for the rebuilt table: its new default where the old row has none and one is needed."""
	words = new.get(name, "").split(" DEFAULT ")
	if len(words) == 2 and " NOT NULL" in words[0]:
		return f'COALESCE("{name}", {words[1]})'
	return f'"{name}"'


def indexes(table_name: str) -> list[dict]:
	"""The table's indexes: name, columns, whether unique, whether the primary key's, the statement behind it."""
	found = []
	for _, name, unique, origin, *_ in run(f'PRAGMA index_list("{table_name}")'):
		columns = [row[2] for row in run(f'PRAGMA index_info("{name}")')]
		(sql,) = run("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", [name])[0]
		found.append(
			{"name": name, "columns": columns, "unique": bool(unique), "key": origin == "pk", "sql": sql}
		)
	return found


def add_index(table_name: str, columns: list[str], name: str | None = None, unique: bool = False) -> None:
	"""Make an index under a name of the table's own."""
	kind = "UNIQUE INDEX" if unique else "INDEX"
	name = f"{table_name}_{name or '_'.join(columns)}{'_unique' if unique and not name else ''}"
	names = ", ".join(f'"{column}"' for column in columns)
	run(f'CREATE {kind} IF NOT EXISTS "{name}" ON "{table_name}" ({names})')


def drop_indexes(table_name: str, column: str) -> None:
	"""Drop the plain indexes on that column alone."""
	for index in indexes(table_name):
		if index["columns"] == [column] and index["sql"] and not index["unique"]:
			run(f'DROP INDEX "{index["name"]}"')


def add_named_index(self, doctype, fields, index_name=None) -> None:
	import frappe
	from frappe.custom.doctype.property_setter.property_setter import make_property_setter

	fields = [field.partition("(")[0].strip("` ") for field in fields]
	self.commit()
	add_index(f"tab{doctype}", fields, index_name or self.get_index_name(fields))
	if len(fields) == 1 and not (frappe.flags.in_install or frappe.flags.in_migrate):
		# so that the next migration does not take an index made by hand away
		make_property_setter(doctype, fields[0], "search_index", "1", "Check", for_doctype=False)


def add_named_unique(self, doctype, fields, constraint_name=None) -> None:
	fields = [fields] if isinstance(fields, str) else list(fields)
	self.commit()
	add_index(f"tab{doctype}", fields, constraint_name or f"unique_{'_'.join(fields)}", unique=True)


def has_index(self, table_name, index_name) -> bool:
	names = {index["name"] for index in indexes(table_name)}
	return bool(names & {index_name, f"{table_name}_{index_name}"})


def change_column_type(self, doctype, column, type, nullable=False) -> None:
	rebuild(f"tab{doctype}", {column: type if nullable else f"{type} NOT NULL"})


def rename_column(self, doctype, old_column_name, new_column_name) -> None:
	self.commit()
	run(f'ALTER TABLE "tab{doctype}" RENAME COLUMN "{old_column_name}" TO "{new_column_name}"')
	self.commit()


def run(statement: str, values=()) -> list:
	"""Run a statement on the connection itself: none of these is a query of the application."""
	import frappe

	if not frappe.db._conn:
		frappe.db.connect()
	return frappe.db._conn.execute(statement, values).fetchall()
