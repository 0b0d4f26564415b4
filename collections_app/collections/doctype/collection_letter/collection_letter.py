from jinja2 import TemplateSyntaxError

import frappe
from frappe import _
from frappe.model.document import Document


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

	def validate_languages(self):
		seen = set()
		for row in self.translations:
			if row.language in seen:
				frappe.throw(_("Row {0}: language {1} is there twice").format(row.idx, row.language))
			seen.add(row.language)

	def validate_texts(self):
		"""A broken text is told now, with its line, and not when the letter should go out."""
		for row in self.translations:
			for label, text in ((_("Subject"), row.subject), (_("Body"), row.body)):
				try:
					frappe.get_jenv().compile(text or "")
				except TemplateSyntaxError as error:
					frappe.throw(
						_("{0} in {1}, line {2}: {3}").format(
							label, row.language, error.lineno, error.message
						)
					)
				for number, line in enumerate((text or "").splitlines(), 1):
					if ".__" in line:
						frappe.throw(
							_("{0} in {1}, line {2}: '.__' is not allowed in a letter").format(
								label, row.language, number
							)
						)
