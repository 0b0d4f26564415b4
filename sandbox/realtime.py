"""Realtime events for the desk: progress bars, messages and lists that refresh themselves.

On a bench a Node.js process passes the events, which the framework publishes through Redis, on to the
browsers. Here the web server does it itself, by long polling. A browser joins the rooms its user may see; who
may read a document or DocType is asked of the framework.
"""

import json
import threading
import time
import traceback
from contextlib import contextmanager
from http.cookies import SimpleCookie

RETRY_SECONDS = 1


def with_realtime(application, site: str):
	"""The WSGI application with `/socket.io` in front of it."""
	import socketio

	server = socketio.Server(
		async_mode="threading", allow_upgrades=False, logger=False, engineio_logger=False
	)
	Events(server, site)
	threading.Thread(target=relay, args=(server, site), daemon=True).start()
	return socketio.WSGIApp(server, application)


class Events:
	"""What browsers send: they connect, and join or leave the rooms of documents, DocTypes and tasks."""

	def __init__(self, server, site: str):
		self.server = server
		self.site = site
		self.namespace = f"/{site}"
		self.cookies: dict[str, str] = {}
		for event in ("connect", "disconnect", "doctype_subscribe", "doc_subscribe", "task_subscribe"):
			server.on(event, handler=getattr(self, event), namespace=self.namespace)
		server.on("doctype_unsubscribe", handler=self.doctype_unsubscribe, namespace=self.namespace)
		server.on("doc_unsubscribe", handler=self.doc_unsubscribe, namespace=self.namespace)
		server.on("task_unsubscribe", handler=self.task_unsubscribe, namespace=self.namespace)
		for event in ("doc_open", "doc_close", "progress_subscribe"):
			server.on(event, handler=self.ignore, namespace=self.namespace)

	def connect(self, client, environ, auth=None):
		cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("sid")
		self.cookies[client] = cookie.value if cookie else "Guest"
		with visitor(self.site, self.cookies[client]) as frappe:
			from frappe.realtime import get_site_room, get_user_room, get_website_room

			rooms = [get_website_room(), get_user_room(frappe.session.user)]
			if frappe.get_cached_value("User", frappe.session.user, "user_type") == "System User":
				rooms.append(get_site_room())
		for room in rooms:
			self.server.enter_room(client, room, namespace=self.namespace)

	def disconnect(self, client, reason=None):
		self.cookies.pop(client, None)

	def doctype_subscribe(self, client, doctype):
		self.join(client, f"doctype:{doctype}", doctype, None)

	def doc_subscribe(self, client, doctype, name):
		self.join(client, f"doc:{doctype}/{name}", doctype, name)

	def task_subscribe(self, client, task):
		self.server.enter_room(client, f"task_progress:{task}", namespace=self.namespace)

	def doctype_unsubscribe(self, client, doctype):
		self.server.leave_room(client, f"doctype:{doctype}", namespace=self.namespace)

	def doc_unsubscribe(self, client, doctype, name):
		self.server.leave_room(client, f"doc:{doctype}/{name}", namespace=self.namespace)

	def task_unsubscribe(self, client, task):
		self.server.leave_room(client, f"task_progress:{task}", namespace=self.namespace)

	def ignore(self, client, *words):
		"""Who else looks at a document is not shown in the sandbox."""

	def join(self, client, room, doctype, name):
		"""Let the browser into the room, if its user may read what the room is about."""
		with visitor(self.site, self.cookies.get(client, "Guest")) as frappe:
			allowed = frappe.has_permission(doctype, "read", doc=name)
		if allowed:
			self.server.enter_room(client, room, namespace=self.namespace)


@contextmanager
def visitor(site: str, sid: str):
	"""The framework connected as the user of that session; as Guest when there is no such session."""
	import frappe

	frappe.init(site, force=True)
	try:
		frappe.connect(set_admin_as_user=False)
		found = frappe.db.sql("select user from tabSessions where sid = %s", (sid,))
		frappe.set_user(found[0][0] if found else "Guest")
		yield frappe
	finally:
		frappe.destroy()


def relay(server, site: str) -> None:
	"""Pass on what the framework publishes on Redis, for as long as the process lives."""
	import redis

	import frappe
	from frappe.utils.background_jobs import get_redis_conn

	while True:
		try:
			with frappe.init_site(site):
				listener = get_redis_conn().pubsub()
			listener.subscribe("events")
			for message in listener.listen():
				if message["type"] == "message":
					pass_on(server, site, json.loads(message["data"]))
		except redis.exceptions.RedisError:
			time.sleep(RETRY_SECONDS)
		except Exception:
			traceback.print_exc()
			time.sleep(RETRY_SECONDS)


def pass_on(server, site: str, event: dict) -> None:
	if event["namespace"] == site:
		server.emit(event["event"], event["message"], room=event["room"], namespace=f"/{site}")
