import frappe
from frappe import _
from frappe.model.document import Document

from collections_app.services.letters import checks


class CollectionLetter(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.collection_letter_translation.collection_letter_translation import (
			CollectionLetterTranslation,
		)

		description: DF.SmallText | None
		enabled: DF.Check
		letter_name: DF.Data
		tone: DF.Literal["Friendly", "Neutral", "Firm", "Final"]
		translations: DF.Table[CollectionLetterTranslation]

	# end: auto-generated types

	def validate(self):
		self.validate_languages()
		self.validate_texts()

	def on_update(self):
		self.tell_warnings()

	def validate_languages(self):
		seen = set()
		for row in self.translations:
			if row.language in seen:
				frappe.throw(_("Row {0}: language {1} is there twice").format(row.idx, row.language))
			seen.add(row.language)

	def validate_texts(self):
		"""What would go wrong is told now, with its place, and not when the letter should go out."""
		if findings := checks.check_letter(self):
			frappe.throw(checks.report(self, findings), title=_("Letter"))

	def tell_warnings(self):
		if frappe.flags.in_install or frappe.flags.in_migrate or frappe.flags.in_patch:
			return
		if told := checks.warnings(self):
			frappe.msgprint("<br>".join(told), title=_("Languages"), indicator="orange")
