"""Each provider's simulator on the sending path: provoked errors and crashes, nothing sent twice, nothing lost."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from unittest.mock import patch

import pytest

from sandbox.providers import ar24, pingen, twilio

DAYS = 4


@dataclass(frozen=True)
class Provider:
	"""`path` is that of the request that sends; `taken` counts what the provider really took."""

	connector: str
	channel: str
	server: type
	credentials: dict
	path: str
	taken: str
	base: str = ""
	# what the provider finds again by our reference or by number and text
	finds: bool = False
	keyed: bool = False


PROVIDERS = {
	"sms": Provider(
		"twilio", "SMS", twilio.TwilioServer, twilio.CREDENTIALS, "/Messages.json", "messages", finds=True
	),
	"whatsapp": Provider(
		"twilio",
		"WhatsApp",
		twilio.TwilioServer,
		twilio.CREDENTIALS,
		"/Messages.json",
		"messages",
		finds=True,
	),
	"letter": Provider(
		"pingen",
		"Letter",
		pingen.PingenServer,
		pingen.CREDENTIALS,
		"/deliveries/letters",
		"letters",
		finds=True,
		keyed=True,
	),
	"registered": Provider(
		"ar24", "Registered E-Mail", ar24.Ar24Server, ar24.CREDENTIALS, "/api/mail", "mails", base="/api"
	),
}
# fault -> status right after the dispatch, by whether the provider has an idempotency key
ANSWERS = {
	"401": ("Failed", "Failed"),
	"403": ("Failed", "Failed"),
	"409": ("Failed", "Uncertain"),
	"422": ("Failed", "Failed"),
	"429": ("Queued", "Queued"),
	"500": ("Uncertain", "Sending"),
	"503": ("Uncertain", "Sending"),
	"timeout": ("Uncertain", "Sending"),
	"cut": ("Uncertain", "Sending"),
	"malformed": ("Uncertain", "Sending"),
}


class Post:
	"""A company that sends through one provider, and its customer with one overdue invoice."""

	def __init__(self, frappe, provider: Provider, server):
		self.frappe, self.provider, self.server = frappe, provider, server

	def prepare(self) -> None:
		from collections_app.api import connectors as api
		from collections_app.tests import utils, world
		from collections_app.tests.outgoing import make_address

		frappe = self.frappe
		utils.before_tests()
		world.empty_world()
		utils.configure()
		self.config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Provider {frappe.generate_hash(length=6)}",
				"connector": self.provider.connector,
				"company": utils.COMPANY,
				"base_url": self.server.url + self.provider.base,
			}
		).insert()
		api.save_credentials(self.config.name, self.provider.credentials)
		letter = world.make_letter("Letter", {"en": ("Reminder", "<p>Please pay.</p>{{ items_table }}")})
		frappe.db.set_value(
			"Collection Letter Translation",
			{"parent": letter.name},
			"sms_text",
			"Due: {{ total }} ({{ reference }})",
		)
		frappe.clear_document_cache("Collection Letter", letter.name)
		world.make_plan((1, self.provider.channel, {"letter": letter.name}))
		customer = utils.make_customer()
		frappe.db.set_value("Customer", customer, "mobile_no", "+49 171 1234567")
		make_address(customer)
		utils.make_invoice(customer, 120.0)
		frappe.db.commit()
		self.company = utils.COMPANY
		self.work()

	def work(self) -> None:
		"""An hour of the scheduler: plan, release, dispatch, follow, as far as nothing is waited for."""
		from frappe.utils import getdate

		from collections_app.services.outbox import dispatch, follow, release
		from collections_app.services.plans import planning
		from collections_app.services.run.context import RunContext

		context = RunContext(self.company, getdate())
		planning.plan(context)
		release.hold_or_release(context)
		self.frappe.db.commit()
		dispatch.dispatch(context)
		self.frappe.db.commit()
		follow.follow_sent_messages()
		self.frappe.db.commit()

	def a_day_later(self) -> None:
		from frappe.utils import add_to_date

		action = self.action()
		for field in (
			"sending_started_at",
			"next_attempt_at",
			"transmission_started_at",
			"status_checked_at",
		):
			if action.get(field):
				action.db_set(field, add_to_date(action.get(field), hours=-23), update_modified=False)
		self.config.db_set("state", None)
		self.frappe.db.commit()

	def action(self):
		names = self.frappe.get_all(
			"Collection Action", {"company": self.company, "status": ["!=", "Cancelled"]}, pluck="name"
		)
		assert len(names) == 1, names
		return self.frappe.get_doc("Collection Action", names[0])

	@property
	def taken(self) -> int:
		return len(getattr(self.server, self.provider.taken))

	def settle_as_a_person(self) -> None:
		"""Looks at the provider and says what happened; what failed is tried again."""
		from collections_app.services.outbox import decide

		action = self.action()
		if action.status == "Uncertain":
			decide.resolve_uncertain([action.name], was_sent=bool(self.taken))
			action.reload()
		if action.status == "Failed":
			decide.retry([action.name])


@pytest.fixture
def post(request, site):
	provider = PROVIDERS[request.param]
	from collections_app.connectors.runtime import Runtime
	from collections_app.services.connectors import lending

	before = site.local.conf.get("collections_allowed_hosts")
	hurried = partial(Runtime, timeout=(1, 0.5), sleep=lambda seconds: None, random=lambda: 0.0)
	with provider.server() as server, patch.object(lending, "Runtime", hurried):
		site.local.conf["collections_allowed_hosts"] = [server.host]
		yield Post(site, provider, server)
	site.local.conf["collections_allowed_hosts"] = before
	site.db.rollback()
	from collections_app.tests import world

	world.empty_world()
	site.db.commit()


def each(names=PROVIDERS):
	return pytest.mark.parametrize("post", names, indirect=True)


@each()
@pytest.mark.parametrize("fault", ANSWERS)
def test_provoked(post, fault):
	"""Each error leads to the right state, and in the end the customer has the message, once."""
	from collections_app.services.outbox import follow_connected

	post.server.fault(fault, 99, path=post.provider.path, method="POST", retry_after=3600)
	with patch.object(follow_connected, "_to_poll", list):
		post.prepare()
		action = post.action()
		assert action.status == ANSWERS[fault][post.provider.keyed], (action.status, action.error)
		assert action.error and post.taken <= 1
		if action.status == "Failed":
			assert not post.taken
		post.server.forget()
		for _day in range(DAYS):
			post.a_day_later()
			post.work()
	post.settle_as_a_person()
	post.work()
	action = post.action()
	assert (action.status, post.taken) == ("Sent", 1), (action.status, action.error, post.taken)


@each()
def test_error_once_is_overcome(post):
	"""A limit that passes within seconds is waited out in the same attempt."""
	post.server.fault("429", 1, path=post.provider.path, method="POST")
	post.prepare()
	assert (post.action().status, post.taken) == ("Sent", 1)


class Died(BaseException):
	"""As when the process is killed."""


@contextmanager
def dying(owner, name: str, after: bool):
	real = getattr(owner, name)

	def call(*args, **kwargs):
		if after:
			real(*args, **kwargs)
		raise Died

	with patch.object(owner, name, call), pytest.raises(Died):
		yield


@each()
@pytest.mark.parametrize("moment", ["written down", "taken"])
def test_worker_dies(post, moment):
	"""Right before the provider is called, or right after it took the message: it is found where it can be."""
	from collections_app.services.outbox import connected

	name, after = {"written down": ("begin_transmission", True), "taken": ("keep_answer", False)}[moment]
	with dying(connected, name, after):
		post.prepare()
	post.frappe.db.rollback()
	taken = post.taken
	assert (post.action().status, taken) == ("Sending", int(moment == "taken"))
	post.a_day_later()
	post.work()
	status = post.action().status
	if post.provider.finds and taken:
		assert status == "Sent"
	elif not post.provider.keyed:
		assert status == "Uncertain"
	post.settle_as_a_person()
	post.work()
	action = post.action()
	assert (action.status, post.taken) == ("Sent", 1), (action.status, action.error, post.taken)
	# what a person settled has none
	assert bool(action.provider_reference) == (post.provider.finds or not taken)


@each(["registered"])
def test_registered_email_to_its_proof(post):
	"""AR24 is asked: sent with its first proof, received with the last, which is kept as a file."""
	from collections_app.services.outbox import follow_connected

	post.prepare()
	mail, url = post.server.mails[0], post.server.url
	mail.update(
		{
			"status": "ev",
			"ts_ev_date": "2026-01-02 09:00:00",
			"proof_ev_url": f"{url}/get/proof/ev?token=1111",
		}
	)
	follow_connected.poll(post.action().name)
	assert (post.action().status, bool(post.action().proof)) == ("Sent", True)
	mail.update(
		{"status": "AR", "view_date": "2026-01-03 09:00:00", "proof_ar_url": f"{url}/get/proof/ar?token=1111"}
	)
	follow_connected.poll(post.action().name)
	action = post.action()
	assert (action.status, str(action.delivered_at)[:10]) == ("Proved", "2026-01-03")
	files = post.frappe.get_all("File", {"attached_to_name": action.name}, ["file_name", "is_private"])
	assert {"AR24 1000 AR.pdf", "AR24 1000 ev.pdf"} <= {one.file_name for one in files}
	assert all(one.is_private for one in files)


@each(["sms", "letter"])
def test_told_by_the_stream(post):
	"""What a provider's list of messages says moves the action on, with the price."""
	from collections_app.services.connectors.sync import sync_connector

	post.prepare()
	if post.provider.connector == "twilio":
		post.server.settle("undelivered", error_code=30005, price="-0.07", price_unit="USD")
	else:
		post.server.letters[0]["attributes"].update({"status": "undeliverable", "price_value": 0.87})
	results = sync_connector(post.config.name)
	assert [one.error for one in results] == [""]
	action = post.action()
	assert action.status == "Failed" and action.error
	assert action.cost in (0.07, 0.87)
	case = post.frappe.get_doc("Collection Case", action.case)
	assert case.bounced_address and case.bounced_reason == action.error
