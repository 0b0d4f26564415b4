"""Patches: what an administrator had chosen is carried over, once."""

import frappe

from collections_app.patches import contacts_per_week, payment_link_line, text_messages
from collections_app.services import settings
from collections_app.tests.utils import CollectionsTestCase, configure

SETTINGS = "Collections Settings"


class TestContactsPerWeek(CollectionsTestCase):
	def old(self, count: int, days: int) -> None:
		single = frappe.qb.DocType("Singles")
		for field, value in (("contact_limit", count), ("contact_limit_days", days)):
			(
				frappe.qb.into(single)
				.columns(single.doctype, single.field, single.value)
				.insert(SETTINGS, field, str(value))
			).run()

	def test_old_limits_are_carried_over(self):
		"""So many messages in so many days become a limit per day and one per week."""
		for count, days, expected in (
			(2, 7, (2, 2)),
			(1, 1, (1, 7)),
			(1, 3, (1, 2)),
			(1, 30, (1, 1)),
			(4, 14, (2, 2)),
			(0, 7, (0, 0)),
		):
			with self.subTest((count, days)):
				self.old(count, days)
				contacts_per_week.execute()
				found = settings.get()
				self.assertEqual((found.contacts_per_day, found.contacts_per_week), expected)

	def test_a_second_run_changes_nothing(self):
		"""What was set after the first run stays."""
		self.old(2, 7)
		contacts_per_week.execute()
		configure(contacts_per_day=3, contacts_per_week=9)
		contacts_per_week.execute()
		found = settings.get()
		self.assertEqual((found.contacts_per_day, found.contacts_per_week), (3, 9))

	def test_more_a_day_than_a_week(self):
		"""Limits that contradict each other are refused; none at all is none."""
		with self.assertRaisesRegex(frappe.ValidationError, "more messages a day than a week"):
			configure(contacts_per_day=3, contacts_per_week=2)
		configure(contacts_per_day=3, contacts_per_week=0)


class TestTextMessages(CollectionsTestCase):
	def test_what_is_empty_is_filled(self):
		"""Seeded letters without text messages get them; what a user wrote stays."""
		row = {"parent": "Final Notice", "parenttype": "Collection Letter"}
		names = {
			language: frappe.db.get_value("Collection Letter Translation", {**row, "language": language})
			for language in ("en", "de")
		}
		frappe.db.set_value("Collection Letter Translation", names["en"], "sms_text", None)
		frappe.db.set_value("Collection Letter Translation", names["de"], "sms_text", "Mein Text")
		text_messages.execute()
		texts = {
			one.language: one.sms_text
			for one in frappe.get_doc("Collection Letter", "Final Notice").translations
		}
		self.assertIn("{{", texts["en"])
		self.assertEqual(texts["de"], "Mein Text")


class TestPaymentLinkLine(CollectionsTestCase):
	def test_only_what_nobody_changed(self):
		"""Letters as they were delivered get the line with the link; what a user has written stays."""
		before = frappe.get_doc("Collection Letter", "Final Notice")
		delivered = {row.language: (row.body, row.sms_text) for row in before.translations}
		for row in before.translations:
			body, sms = (payment_link_line.LINE.sub("", text) for text in delivered[row.language])
			self.assertNotIn("payment_link", body + sms)
			own = row.language == "de"
			values = {"body": f"{body}<p>Meins</p>" if own else body, "sms_text": sms}
			frappe.db.set_value("Collection Letter Translation", row.name, values)
		for _run in range(2):
			payment_link_line.execute()
		after = {
			row.language: (row.body, row.sms_text)
			for row in frappe.get_doc("Collection Letter", "Final Notice").translations
		}
		self.assertNotIn("payment_link", after["de"][0])
		self.assertIn("Meins", after["de"][0])
		self.assertEqual(after["de"][1], delivered["de"][1])
		del after["de"], delivered["de"]
		self.assertEqual(after, delivered)
