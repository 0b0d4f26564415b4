"""The weekly digest: who gets it, what of, and that it shows in a mail client."""

import email
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image

import frappe
from frappe.utils import fmt_money, getdate

from collections_app.api import cockpit
from collections_app.services.cockpit.scope import make_scope
from collections_app.services.digest import mail, pictures
from collections_app.services.digest.figures import figures, week_before
from collections_app.services.digest.receivers import receivers
from collections_app.tests.cockpit import CockpitTestCase
from collections_app.tests.desk import make_action, make_case, make_promise, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import make_dispute

MANAGER = ("Credit Manager", "Accounts User")


def euros(amount: float) -> str:
	"""As the site writes it."""
	return fmt_money(amount, precision=0, currency="EUR")


class TestDigest(CockpitTestCase):
	def world(self) -> tuple[str, str]:
		"""Two customers, payments of last week and of the week before."""
		self.forget_mails()
		monday, _sunday = week_before(getdate())
		mine, other = self.customer(), self.customer()
		for customer, amount in ((mine, 100), (other, 4000)):
			invoice = self.invoice(customer, 10 * amount, -60)
			pay(invoice, amount, on=monday + timedelta(days=2))
			pay(invoice, 2 * amount, on=monday - timedelta(days=3))
			make_promise(customer, -20, status="Kept", settled_on=monday)
		self.settle()
		return mine, other

	def forget_mails(self) -> None:
		for doctype in ("Email Queue", "Email Queue Recipient", "Email Unsubscribe"):
			frappe.db.delete(doctype)

	def to(self, *users: str, roles: tuple = ()) -> None:
		settings = frappe.get_single("Collections Settings")
		settings.set(
			"digest_receivers", [*({"user": one} for one in users), *({"role": one} for one in roles)]
		)
		settings.save()
		frappe.db.commit()

	def mails(self) -> dict[str, email.message.Message]:
		"""Receiver -> mail, of what is in the queue."""
		return {
			row.recipient: email.message_from_string(
				frappe.db.get_value("Email Queue", row.parent, "message")
			)
			for row in frappe.get_all("Email Queue Recipient", fields=["parent", "recipient"])
		}

	def html(self, message) -> str:
		[part] = [one for one in message.walk() if one.get_content_type() == "text/html"]
		return part.get_payload(decode=True).decode()

	def test_figures_of_the_week(self):
		"""The last full week against the one before, in words and in pictures that are part of the mail."""
		self.world()
		user = make_user(*MANAGER)
		self.to(user)
		self.assertEqual(mail.send_all(), {"sent": 1, "empty": 0, "failed": 0})
		message = self.mails()[user]
		html = self.html(message)
		for text in (euros(4100), euros(8200), f"−{euros(4100)}", "collections-cockpit"):
			self.assertIn(text, html.replace("&#8722;", "−"))
		images = [part for part in message.walk() if part.get_content_type() == "image/png"]
		self.assertEqual(len(images), html.count("cid:"))
		self.assertGreaterEqual(len(images), 1)
		for image in images:
			self.assertIn(image["Content-ID"].strip("<>"), html)
			drawn = Image.open(BytesIO(image.get_payload(decode=True)))
			self.assertEqual((drawn.format, drawn.width), ("PNG", 2 * mail.WIDTH))
		self.assertNotIn("{{", html)
		self.assertIn("unsubscribe", html.lower())

	def test_both_weeks_are_counted(self):
		"""What was settled, opened, closed and sent in the week, against the week before; what lies around them is left out."""
		mine, _other = self.world()
		case = make_case(mine)
		monday, sunday = week_before(getdate())
		before = monday - timedelta(days=1)
		for day, status in ((sunday, "Broken"), (before, "Kept"), (sunday + timedelta(days=1), "Kept")):
			make_promise(mine, -20, status=status, settled_on=day)
		make_promise(mine, -20, status="Kept", settled_on=monday - timedelta(days=8))
		for opened, closed in ((before, monday), (monday, None), (monday - timedelta(days=9), before)):
			dispute = make_dispute(self.invoice(mine, 10, -60))
			status = "Resolved" if closed else "Open"
			dispute.db_set({"opened_on": opened, "closed_on": closed, "status": status})
		for day, hour in ((sunday, "23:30:00"), (monday, "00:00:00"), (before, "12:00:00")):
			make_action(case, "Sent", sent_at=f"{day} {hour}")
		rows = {row["label"]: (row["now"], row["before"]) for row in figures(make_scope([COMPANY]))["rows"]}
		expected = {
			**{"Promises Kept": ("2", "1"), "Promises Broken": ("1", "0"), "Disputes Opened": ("1", "1")},
			**{"Disputes Closed": ("1", "1"), "Messages Sent": ("2", "1")},
		}
		self.assertEqual({label: rows[label] for label in expected}, expected)

	def test_each_within_their_permissions(self):
		"""Rendered as the receiver: sums and names are of what that person may see."""
		mine, other = self.world()
		manager, collector = make_user(*MANAGER), make_user("Collector", "Accounts User")
		restrict(collector, "Customer", mine)
		self.to(manager, collector)
		mail.send_all()
		found = {user: self.html(message) for user, message in self.mails().items()}
		name = frappe.db.get_value("Customer", other, "customer_name")
		self.assertIn(euros(8200), found[manager])
		self.assertNotIn(euros(4100), found[collector])
		self.assertIn("€ 100", found[collector])
		self.assertNotIn(name, found[collector])
		self.assertNotIn("DSO", found[collector])
		self.assertIn("DSO", found[manager])
		self.assertEqual(frappe.session.user, "Administrator")

	def test_in_the_receivers_language(self):
		self.world()
		user = make_user(*MANAGER)
		frappe.db.set_value("User", user, "language", "de")
		with mail.signed_in_as(user):
			self.assertEqual((frappe.session.user, frappe.local.lang), (user, "de"))
		self.assertEqual(frappe.session.user, "Administrator")

	def test_receivers(self):
		"""By role and by name, each once; nobody who is disabled."""
		manager, named, disabled = make_user(*MANAGER), make_user("Collector"), make_user(*MANAGER)
		frappe.db.set_value("User", disabled, "enabled", 0)
		self.to(named, manager, disabled, roles=("Credit Manager",))
		found = receivers()
		self.assertEqual(found.count(manager), 1)
		self.assertIn(named, found)
		self.assertNotIn(disabled, found)
		self.assertNotIn("Administrator", found)
		self.to()
		self.assertEqual(receivers(), [])

	def test_who_unsubscribed_gets_none(self):
		self.world()
		user = make_user(*MANAGER)
		self.to(user)
		frappe.get_doc(
			{
				"doctype": "Email Unsubscribe",
				"email": user,
				"reference_doctype": mail.REFERENCE[0],
				"reference_name": mail.REFERENCE[1],
			}
		).insert()
		mail.send_all()
		self.assertEqual(self.mails(), {})

	def test_one_that_fails_stops_no_other(self):
		self.world()
		first, second = sorted((make_user(*MANAGER), make_user(*MANAGER)))
		self.to(first, second)
		real = mail.for_user

		def fails_once(*args):
			if frappe.session.user == first:
				raise ValueError("broken")
			return real(*args)

		with patch.object(mail, "for_user", side_effect=fails_once):
			self.assertEqual(mail.send_all(), {"sent": 1, "empty": 0, "failed": 1})
		self.assertEqual(list(self.mails()), [second])
		self.assertTrue(frappe.db.exists("Error Log", {"method": ["like", f"%{first}%"]}))

	def test_nothing_to_tell(self):
		"""No mail before the first run, and none to who may see no case."""
		self.forget_mails()
		self.to(make_user(*MANAGER))
		self.assertEqual(mail.send_all()["empty"], 1)
		self.assertIsNone(cockpit.digest_preview([COMPANY])["html"])
		self.world()
		self.to(make_user("Accounts User"))
		self.assertEqual(mail.send_all()["empty"], 1)
		self.assertEqual(self.mails(), {})

	def test_preview(self):
		"""As the one who looks would get it, its pictures in it."""
		mine, _other = self.world()
		collector = make_user("Collector", "Accounts User")
		restrict(collector, "Customer", mine)
		with signed_in(collector):
			html = cockpit.digest_preview([COMPANY])["html"]
		self.assertIn("€ 100", html)
		self.assertNotIn(euros(4100), html)
		self.assertIn("data:image/png;base64,", html)

	def test_no_picture_is_left_behind(self):
		self.world()
		self.to(make_user(*MANAGER))
		mail.send_all()
		self.assertEqual(
			list(Path(frappe.get_site_path("private", "files")).glob("collections-digest-*")), []
		)


class TestPictures(CockpitTestCase):
	def test_a_line_rises_with_its_values(self):
		"""The line ends higher than it begins when the figure rose."""
		drawn = Image.open(BytesIO(pictures.line([10, 20, 40], 100, 40))).convert("RGB")
		self.assertEqual(drawn.size, (200, 80))

		def height(x: int) -> int:
			return next(y for y in range(80) if drawn.getpixel((x, y)) != (255, 255, 255))

		self.assertLess(height(185), height(15))

	def test_bars_of_nothing(self):
		for values in ([0] * 7, [5, 0, -3, 0, 0, 0, 0]):
			self.assertTrue(pictures.bars(values, [0] * 7, 100, 40))
