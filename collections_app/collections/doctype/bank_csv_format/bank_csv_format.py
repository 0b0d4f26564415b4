import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.engine.statements import StatementError
from collections_app.services.connectors.csv_formats import MEANINGS, mapping_of, number_of_account
from collections_app.services.texts import message_of


class BankCSVFormat(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.bank_csv_column.bank_csv_column import BankCSVColumn

		bank_account: DF.Link | None
		columns: DF.Table[BankCSVColumn]
		company: DF.Link
		currency: DF.Link | None
		date_format: DF.Literal[
			"DD.MM.YYYY",
			"DD.MM.YYYY.",
			"DD.MM.YY",
			"DD/MM/YYYY",
			"DD/MM/YY",
			"DD-MM-YYYY",
			"DD-MM-YY",
			"MM/DD/YYYY",
			"MM/DD/YY",
			"YYYY-MM-DD",
			"YYYY/MM/DD",
			"YYYY.MM.DD",
			"YYYY.MM.DD.",
			"YYYYMMDD",
			"DD Mon YYYY",
			"DD-Mon-YYYY",
			"DD Mon YY",
			"DD-Mon-YY",
			"Mon DD, YYYY",
		]
		decimal_mark: DF.Literal["Comma", "Point"]
		delimiter: DF.Literal["Semicolon", "Comma", "Tab", "Pipe"]
		disabled: DF.Check
		encoding: DF.Literal[
			"Automatic",
			"UTF-8",
			"UTF-16",
			"Windows-1252",
			"ISO-8859-1",
			"ISO-8859-2",
			"ISO-8859-15",
			"Windows-1250",
			"Windows-1251",
			"Windows-1253",
			"Windows-1254",
			"CP850",
			"CP852",
		]
		file_pattern: DF.Data | None
		format_name: DF.Data
		no_headings: DF.Check
		sample_file: DF.Attach | None
		signed_debits: DF.Check
		skip_last: DF.Int
		skip_rows: DF.Int
		turn_sign: DF.Check

	# end: auto-generated types

	def validate(self):
		self.validate_account()
		self.validate_columns()
		self.validate_pattern()
		if not any(row.meaning for row in self.columns):
			return  # just begun: the form is saved with its sample before anybody could say more, and reads nothing yet
		try:
			mapping_of(self).check()
		except StatementError as error:
			frappe.throw(message_of(error), title=_("This mapping cannot be used"))

	def validate_account(self):
		if not self.bank_account:
			return
		if frappe.db.get_value("Bank Account", self.bank_account, "company") != self.company:
			frappe.throw(_("Bank Account {0} is not one of {1}.").format(self.bank_account, self.company))
		if not number_of_account(self.bank_account):
			frappe.throw(
				_("Bank Account {0} has neither an IBAN nor an account number: enter it there.").format(
					self.bank_account
				)
			)

	def validate_columns(self):
		"""Each column once, its meaning one of those there are."""
		seen = set()
		for row in self.columns:
			row.heading = " ".join((row.heading or "").split())
			if row.meaning and row.meaning not in MEANINGS:
				frappe.throw(_("Row {0}: a column cannot be {1}.").format(row.idx, row.meaning))
			if row.heading.casefold() in seen:
				frappe.throw(_("Row {0}: the column {1} is there twice.").format(row.idx, row.heading))
			seen.add(row.heading.casefold())

	def validate_pattern(self):
		"""Without headings only the name tells whose file it is."""
		self.file_pattern = (self.file_pattern or "").strip()
		if self.no_headings and not self.file_pattern.strip("*? "):
			frappe.throw(_("A format without headings needs a File Name Pattern to be known by."))
