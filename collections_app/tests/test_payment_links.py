"""Payment links in letters: made once before the message goes out, the same for the same debt, and over when it is."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.engine.outbox import SENT
from collections_app.services.letters.preview import preview_letter, preview_of_action
from collections_app.services.online_payments import links, upkeep
from collections_app.services.online_payments.asked import EXAMPLE
from collections_app.services.outbox import decide
from collections_app.tests.online import OnlineTestCase
from collections_app.tests.utils import COMPANY, configure, pay
from collections_app.tests.world import PREFIX, mark_sent


class TestLinks(OnlineTestCase):
	def test_a_letter_with_its_link(self):
		"""The message carries the address; the link asks for what the letter asks for"""
		invoice = self.remind()
		self.send()
		action = self.action()
		(link,) = self.links()
		self.assertIn(f"Pay: {link.url}", action.message)
		self.assertEqual((link.status, link.amount, link.currency), ("Active", 119, "EUR"))
		self.assertEqual((link.action, link.customer), (action.name, action.customer))
		self.assertEqual(getdate(link.expires_on), getdate(add_days(getdate(), 60)))
		(made,) = self.server.links
		self.assertEqual(made["form"]["line_items[0][price_data][unit_amount]"], "11900")
		self.assertEqual(made["form"]["metadata[reference]"], link.name)
		self.assertEqual(made["form"]["metadata[invoice]"], invoice.name)
		self.assertIn(invoice.name, made["form"]["line_items[0][price_data][product_data][name]"])

	def test_charges_are_asked_for(self):
		"""Late interest, indemnity and fee of the letter are part of the amount"""
		self.remind((1, "Email", {"fee": 5}))
		self.send()
		action, (link,) = self.action(), self.links()
		self.assertEqual(action.fee, 5)
		self.assertEqual((link.amount, link.charges), (action.total_with_charges, 5))

	def test_the_same_message_has_the_same_link(self):
		"""Sent again after it failed, and asked for by the next step, it is one link"""
		self.remind((1, "Email"), (2, "Email"))
		self.send()
		first = self.action()
		frappe.db.set_value("Collection Action", first.name, "status", "Failed")
		self.assertEqual(decide.retry([first.name]).done, [first.name])
		self.dispatch()
		mark_sent(first.name, 10)
		self.send()
		self.assertEqual(len(self.actions()), 2)
		self.assertEqual((len(self.links()), len(self.server.links)), (1, 1))
		for action in self.actions():
			self.assertIn(self.links()[0].url, action.message)

	def test_a_worker_that_died_after_asking(self):
		"""Asked for again with the same key, the provider gives the same link"""
		self.remind()
		self.plan()
		action = self.action()
		url = links.for_action(action)
		# the answer was lost before it was kept
		values = {"status": "Requested", "url": None, "reference": None}
		frappe.db.set_value("Payment Link", self.links()[0].name, values)
		self.assertEqual(links.for_action(action), url)
		self.assertEqual(len(self.server.links), 1)

	def test_another_amount_is_another_link(self):
		"""After a part payment the letter asks for the rest, and so does its link"""
		invoice = self.remind((1, "Email"), (2, "Email"))
		self.send()
		mark_sent(self.action().name, 10)
		pay(invoice, 19)
		self.send()
		self.assertEqual([link.amount for link in self.links()], [119, 100])

	def test_no_link_is_wanted(self):
		"""A letter that does not name it, and a company that has none, ask no provider"""
		self.remind(body="<p>Please pay.</p>{{ items_table }}")
		self.send()
		self.assertEqual((self.action().status, self.links()), ("Sending", []))
		self.assertFalse(self.server.requests)

	def test_a_company_without_links(self):
		"""Switched off, the letter goes out without the line"""
		self.choose(payment_links_through=None)
		self.remind()
		self.send()
		self.assertNotIn("Pay:", self.action().message)
		self.assertFalse(self.server.requests)

	def test_the_provider_is_down(self):
		"""The message goes out without a link, and says so on its timeline; the next one has it"""
		self.remind((1, "Email"), (2, "Email"))
		self.server.fault("500", 50, path="/payment_links")
		self.send()
		action = self.action()
		self.assertEqual(action.status, "Sending")
		self.assertTrue(action.email_queue)
		self.assertNotIn("Pay:", action.message)
		notes = frappe.get_all("Comment", {"reference_name": action.name}, pluck="content")
		self.assertTrue(any("without a payment link" in note for note in notes), notes)
		(link,) = self.links()
		self.assertEqual(link.status, "Requested")
		self.server.forget()
		mark_sent(action.name, 10)
		frappe.db.set_value("Connector Config", self.config.name, "state", "{}")
		self.send()
		self.assertEqual([link.status for link in self.links()], ["Active"])

	def test_an_amount_that_the_provider_refuses(self):
		"""Refused for good, it is not asked for again with the same key"""
		self.remind()
		self.server.fault("422", 1, path="/payment_links")
		self.send()
		(link,) = self.links()
		self.assertEqual((link.status, link.link_key), ("Failed", None))
		self.assertTrue(link.error)
		self.assertNotIn("Pay:", self.action().message)


class TestPreview(OnlineTestCase):
	def test_a_preview_asks_nobody(self):
		"""An example address in previews; the real one once there is one"""
		invoice = self.remind()
		self.plan()
		action = self.action()
		self.assertIn(EXAMPLE, preview_of_action(action)["html"])
		self.assertIn(EXAMPLE, preview_letter(f"{PREFIX} Letter", invoice.customer, COMPANY).html)
		self.assertFalse(self.server.requests)
		self.assertFalse(self.links())
		url = links.for_action(action)
		self.assertIn(url, preview_of_action(self.action())["html"])

	def test_without_links(self):
		configure()
		invoice = self.remind()
		self.plan()
		self.assertNotIn("Pay:", preview_of_action(self.action())["html"])
		self.assertNotIn("Pay:", preview_letter(f"{PREFIX} Letter", invoice.customer, COMPANY).html)

	def test_what_is_printed_meanwhile(self):
		"""An example never gets onto paper: a letter that waits is printed without a link"""
		self.remind((1, "Letter"))
		self.plan()
		self.assertNotIn(EXAMPLE, self.action().printed_letter().body)


class TestUpkeep(OnlineTestCase):
	def sent_link(self):
		invoice = self.remind((1, "Email"), (2, "Email"))
		self.send()
		mark_sent(self.action().name, 10)
		return invoice, self.links()[0]

	def status(self, link) -> str:
		return frappe.db.get_value("Payment Link", link.name, "status")

	def test_what_is_open_stays(self):
		"""A link for what is still open stays payable"""
		_invoice, link = self.sent_link()
		self.assertEqual(upkeep.switch_off_links(), {"switched_off": 0, "failed": 0})
		self.assertEqual((self.status(link), self.server.links[0]["active"]), ("Active", True))

	def test_paid_otherwise(self):
		"""What was paid by bank transfer is not to be paid a second time through the link"""
		invoice, link = self.sent_link()
		pay(invoice)
		self.assertEqual(upkeep.switch_off_links()["switched_off"], 1)
		self.assertEqual((self.status(link), self.server.links[0]["active"]), ("Switched Off", False))
		self.assertEqual(upkeep.switch_off_links()["switched_off"], 0)

	def test_expired(self):
		_invoice, link = self.sent_link()
		frappe.db.set_value("Payment Link", link.name, "expires_on", add_days(getdate(), -1))
		upkeep.switch_off_links()
		self.assertEqual((self.status(link), self.server.links[0]["active"]), ("Expired", False))

	def test_replaced_by_a_later_message(self):
		"""Of two links for an item only that of the latest message is left"""
		invoice, first = self.sent_link()
		self.invoice(invoice.customer, 50)
		self.send()
		later = self.actions()[-1]
		self.assertEqual(len(self.links()), 2)
		upkeep.switch_off_links()
		self.assertEqual(self.status(first), "Active", "the later one is not out yet")
		frappe.db.set_value("Collection Action", later.name, "status", SENT)
		upkeep.switch_off_links()
		self.assertEqual([link.status for link in self.links()], ["Switched Off", "Active"])
		self.assertEqual([link["active"] for link in self.server.links], [False, True])

	def test_the_provider_is_down(self):
		"""It stays on the list and is switched off when the provider answers again"""
		invoice, link = self.sent_link()
		pay(invoice)
		self.server.fault("503", 50, path="/payment_links")
		self.assertEqual(upkeep.switch_off_links(), {"switched_off": 0, "failed": 1})
		self.assertEqual(self.status(link), "Active")
		self.server.forget()
		frappe.db.set_value("Connector Config", self.config.name, "state", "{}")
		upkeep.switch_off_links()
		self.assertEqual(self.status(link), "Switched Off")
