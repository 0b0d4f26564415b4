"""Base of the tests that send through a connector: Acme Post, brought by another app, played on 127.0.0.1."""

from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.api import connectors as api
from collections_app.connectors.runtime import Runtime
from collections_app.services.connectors import lending
from collections_app.services.outbox import follow
from collections_app.services.outbox.dispatch import dispatch
from collections_app.services.outbox.release import hold_or_release
from collections_app.tests.acme_app import hooks as acme_hooks
from collections_app.tests.acme_app.post_server import CREDENTIALS, AcmePostServer
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import PREFIX, CycleTestCase, make_letter, make_plan

TEXT = "{{ customer.customer_name }}: {{ total_overdue }} überfällig"


class WorkerDied(BaseException):
	"""What no code catches, as when the process is killed."""


class OutgoingTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.add_hook(acme_hooks.collections_connectors[1])
		self.server = AcmePostServer().start()
		self.addCleanup(self.server.stop)
		hosts = [*(frappe.local.conf.get("collections_allowed_hosts") or ()), self.server.host]
		frappe.local.conf["collections_allowed_hosts"] = hosts
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", hosts[:-1])
		# seconds of a real provider's patience are too long for a test
		hurried = partial(Runtime, timeout=(1, 0.5), sleep=lambda seconds: None, random=lambda: 0.0)
		patched = patch.object(lending, "Runtime", hurried)
		patched.start()
		self.addCleanup(patched.stop)

	def add_hook(self, path: str) -> None:
		hooks = frappe.get_hooks

		def get_hooks(hook=None, *args, **kwargs):
			found = hooks(hook, *args, **kwargs)
			return [*found, path] if hook == "collections_connectors" else found

		patched = patch.object(frappe, "get_hooks", get_hooks)
		patched.start()
		self.addCleanup(patched.stop)

	def acme(self, **credentials):
		"""A connection of the tests' company to Acme Post."""
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Acme Post {frappe.generate_hash(length=6)}",
				"connector": "acme_post",
				"company": COMPANY,
				"base_url": self.server.url,
			}
		).insert()
		api.save_credentials(config.name, {**CREDENTIALS, **credentials})
		frappe.db.commit()
		return config.reload()

	def due(self, channel: str = "SMS", amount: float = 1234.5, **values):
		"""A customer with an overdue invoice, and the plan of one step whose message is released."""
		letter = f"{PREFIX} Outgoing"
		if not frappe.db.exists("Collection Letter", letter):
			make_letter(
				"Outgoing", {"en": ("{{ total_overdue }} overdue", "<p>Dear customer,</p>{{ items_table }}")}
			)
			frappe.db.set_value("Collection Letter Translation", {"parent": letter}, "sms_text", TEXT)
			frappe.clear_document_cache("Collection Letter", letter)
		if not frappe.db.exists("Dunning Plan", f"{PREFIX} {channel}"):
			frappe.db.set_value("Dunning Plan", {"enabled": 1}, "enabled", 0)
			make_plan((1, channel, {"letter": letter}), name=channel)
		customer = self.customer(**values)
		frappe.db.set_value("Customer", customer, "mobile_no", "0171 1234567")
		make_address(customer)
		self.invoice(customer, amount)
		self.plan()
		self.judge()
		frappe.db.commit()
		return frappe.get_doc(
			"Collection Action", frappe.get_value("Collection Action", {"customer": customer}, "name")
		)

	def dispatch(self):
		context = self.context()
		context.results.append(dispatch(context))
		frappe.db.rollback()
		return context

	def release(self):
		hold_or_release(self.context())
		frappe.db.commit()

	def follow(self) -> dict:
		counts = follow.follow_sent_messages()
		frappe.db.commit()
		return counts

	def later(self, action, minutes: int = 24 * 60 - 1) -> None:
		"""So much time has passed since everything about the action; what it waits for is due."""
		action.reload()
		for field in (
			"sending_started_at",
			"next_attempt_at",
			"transmission_started_at",
			"status_checked_at",
		):
			if action.get(field):
				action.db_set(field, add_to_date(action.get(field), minutes=-minutes), update_modified=False)
		frappe.db.set_value("Connector Config", {"company": COMPANY}, "state", None)
		frappe.db.commit()

	@contextmanager
	def dying(self, owner, name: str, after: bool):
		"""The worker dies when it calls this: before it, or as soon as it returns."""
		real = getattr(owner, name)

		def call(*args, **kwargs):
			if after:
				real(*args, **kwargs)
			raise WorkerDied

		with patch.object(owner, name, call), self.assertRaises(WorkerDied):
			yield
		frappe.db.rollback()


def make_address(customer: str) -> None:
	frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": customer,
			"address_type": "Billing",
			"address_line1": "Hauptstraße 1",
			"city": "Berlin",
			"pincode": "10115",
			"country": "Germany",
			"links": [{"link_doctype": "Customer", "link_name": customer}],
		}
	).insert()


def lost(action) -> None:
	frappe.db.set_value(
		"Collection Action", action.name, "sending_started_at", add_to_date(now_datetime(), minutes=-16)
	)
	frappe.db.commit()
