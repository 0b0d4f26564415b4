"""Calls of providers: believed by their signature, kept as they came, answered at once, worked on the queue."""

import base64
import hashlib
import json
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, get_url, now_datetime

from collections_app.connectors.base import (
	BadRecord,
	ConnectorError,
	Record,
	Refresh,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.http.masking import MASK, SENSITIVE
from collections_app.services.connectors import registry
from collections_app.services.connectors.batches import RecordBatch, SyncResult
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import log_result, plain
from collections_app.services.texts import message_of

PATH = "/api/method/collections_app.api.connectors.webhook"
LARGEST = 1024 * 1024
WAITING, PROCESSED, FAILED = "Waiting", "Processed", "Failed"
# a job that has not run after so long was lost
LOST_AFTER_MINUTES = 15
NEEDED_HEADERS = 60
# so many calls of one address may be refused within a minute
REFUSALS, WINDOW = 60, 60


def address_of(config) -> str:
	"""What is registered at the provider."""
	return get_url(f"{PATH}?key={config.webhook_token}")


def take(
	token: str, headers: Mapping[str, str], body: bytes, query: str = "", caller: str = ""
) -> tuple[int, str]:
	"""Takes a call as `receive` does, and none from who was refused too often: whoever makes up calls costs no more than a
	look into the cache. The provider's own calls are never counted."""
	if _refusals(caller) >= REFUSALS:
		return 429, "too many"
	status, word = receive(token, headers, body, query)
	if 400 <= status < 500:
		_count_refusal(caller)
	return status, word


def receive(token: str, headers: Mapping[str, str], body: bytes, query: str = "") -> tuple[int, str]:
	"""Takes a call: HTTP status and one word. A repetition is answered like the first."""
	if len(body) > LARGEST:
		return 413, "too large"
	name = token and frappe.db.get_value("Connector Config", {"webhook_token": token, "enabled": 1})
	if not name:
		return 404, "unknown"
	config = frappe.get_doc("Connector Config", name)
	address = get_url(PATH + (f"?{query}" if query else ""))
	lower = {key.lower(): value for key, value in list(headers.items())[:NEEDED_HEADERS]}
	request = WebhookRequest(address, lower, body)
	try:
		with lend(config) as lent:
			if not lent.connector.verify_webhook(request):
				return 401, "signature refused"
			event_id = lent.connector.webhook_id(request)
	except TransientError:
		return 503, "later"  # the provider's key could not be fetched: it calls again
	except ConnectorError:
		return 401, "signature refused"
	_keep(config, request, event_id)
	return 200, "received"


def _refusals(caller: str) -> int:
	return cint(frappe.cache().get(_refusals_key(caller)))


def _count_refusal(caller: str) -> None:
	cache, key = frappe.cache(), _refusals_key(caller)
	if cache.incrby(key, 1) == 1:
		cache.expire(key, WINDOW)


def _refusals_key(caller: str) -> bytes:
	return frappe.cache().make_key(f"collections-webhook-refusals:{caller}")


def _keep(config, request: WebhookRequest, event_id: str) -> None:
	"""Writes the event down once, by its own id, and queues it."""
	key = hashlib.sha256(f"{config.name}|{event_id}".encode()).hexdigest()
	if frappe.db.exists("Webhook Event", {"event_key": key}):
		return
	event = frappe.get_doc(
		{
			"doctype": "Webhook Event",
			"connector": config.name,
			"status": WAITING,
			"received_at": now_datetime(),
			"event_id": event_id[:255],
			"event_key": key,
			"url": request.url,
			"headers": json.dumps(_shown(request.headers), indent=1),
			"body": base64.b64encode(request.body).decode(),
		}
	)
	frappe.db.savepoint("webhook_event")
	try:
		event.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="webhook_event")  # the same call at the same moment
		return
	queue(event.name)


def queue(name: str) -> None:
	frappe.enqueue(
		"collections_app.services.connectors.webhooks.process",
		queue="short",
		job_id=f"webhook-{name}",
		deduplicate=True,
		enqueue_after_commit=True,
		name=name,
	)


def queue_lost() -> int:
	"""Events whose job never ran are queued again. Returns how many."""
	names = frappe.get_all(
		"Webhook Event",
		filters={
			"status": WAITING,
			"received_at": ["<", add_to_date(now_datetime(), minutes=-LOST_AFTER_MINUTES)],
		},
		pluck="name",
		order_by="received_at",
		limit=500,
	)
	for name in names:
		queue(name)
	return len(names)


def process(name: str) -> None:
	"""Does what an event says, whoever called: the signature was checked when it came. One that was deleted meanwhile says
	nothing any more."""
	if not frappe.db.exists("Webhook Event", name):
		return
	caller = frappe._dict(frappe.session)
	frappe.set_user("Administrator")
	try:
		_process(frappe.get_doc("Webhook Event", name))
	finally:
		frappe.set_user(caller.user)
		# set_user makes another session of it, and whoever replays an event would be signed out
		frappe.session.update(caller)


def _process(event) -> None:
	config = frappe.get_doc("Connector Config", event.connector)
	request = WebhookRequest(event.url, json.loads(event.headers or "{}"), base64.b64decode(event.body or ""))
	result, refresh, lent = SyncResult("webhook"), [], None
	try:
		with lend(config) as lent:
			for entry in lent.connector.read_webhook(request):
				if isinstance(entry, Refresh):
					refresh.append(entry.stream)
				else:
					_take(config, entry, result)
	except ConnectorError as error:
		result.error = message_of(error)
	except Exception as error:
		result.error = _("Unexpected error: {0}").format(str(error) or type(error).__name__)
		result.traceback = frappe.get_traceback()
	_finish(config, event, result, refresh, lent)


def _take(config, entry: Record | BadRecord, result: SyncResult) -> None:
	"""Writes a record as the sync of its stream would; what fails is parked."""
	target = registry.manifest(config.connector).stream(entry.stream).target
	part = SyncResult(entry.stream)
	batch = RecordBatch(config, part, False, target)
	batch.take(entry)
	batch.settle()
	result.created += part.created
	result.seen += part.seen
	result.failures += part.failures


def _finish(config, event, result: SyncResult, refresh: list[str], lent) -> None:
	failed = bool(result.error or result.failures)
	message = result.error or "; ".join(one["message"] for one in result.failures)
	done = {
		"status": FAILED if failed else PROCESSED,
		"message": plain(message),
		"processed_at": now_datetime(),
		"attempts": (event.attempts or 0) + 1,
	}
	frappe.db.set_value("Webhook Event", event.name, done)
	log_result(config.name, "Webhook", result, lent, message or _("Event {0}").format(event.event_id))
	for stream in dict.fromkeys(refresh):
		frappe.enqueue(
			"collections_app.services.connectors.sync.sync_connector",
			queue="long",
			job_id=f"connector-sync-{config.name}-{stream}",
			deduplicate=True,
			enqueue_after_commit=True,
			name=config.name,
			streams=[stream],
		)
	frappe.db.commit()  # nosemgrep: the event is done, whatever its refresh does


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
	"""Headers as they are kept: credentials hidden, signatures not, they prove where the call came from."""
	return {
		name: MASK
		if SENSITIVE.search(name) and "signature" not in name and "verification" not in name
		else value
		for name, value in headers.items()
		if name != "cookie"
	}
