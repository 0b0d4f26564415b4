"""The workers of the outbox's fault injection: processes that plan, release, dispatch, send and follow until they die.

Each has a fuse: after so many events of a kind (statements or commits of the database, lines or answers of the SMTP
dialogue, mails taken, calls of a provider, text messages and letters a provider took) it kills itself with SIGKILL, right before or after
it, so that the narrow moments are met as well as the wide. The narrowest of all: the mail server or the provider took a
message, and its sender dies before it has written that down.
"""

import os
import random
import signal
import smtplib
import sys
import time
import traceback
from datetime import timedelta
from pathlib import Path

import requests

# minutes after which a worker is thought lost: of the outbox, and of Frappe's own retry of stuck mails
LOST_AFTER_MINUTES = 2 / 60
FRAPPE_LOST_AFTER_SECONDS = 3
# seconds after which a provider is asked or tried again
NEXT_TRY_SECONDS = 1
# where providers take messages
SENDING_PATHS = {"text": "/Messages.json", "letter": "/deliveries/letters"}
# what a letter is printed as: printing is not what is tried here
PAPER = b"%PDF-1.4 letter"
# what a worker does in a row; the kills of one role fall on all of its work
ROLES = {
	"planner": ("plan", "release"),
	"dispatcher": ("release", "dispatch"),
	"sender": ("flush", "retry_stuck"),
	"follower": ("follow",),
}


class Fuse:
	"""Counts events of one kind and kills the process at the given one. `log`: a file that tells where."""

	def __init__(self, kind: str, events: int, log: Path):
		self.kind, self.left, self.log = kind, events, log
		self.lit = False

	def burn(self, kind: str, moment: str) -> None:
		if kind != self.kind or not self.lit:
			return
		self.left -= 1
		if self.left == 0:
			with open(self.log, "a") as file:
				file.write(f"{moment} {kind}\n")
			os.kill(os.getpid(), signal.SIGKILL)

	def wrap(self, function, kind: str):
		def burning(*args, **kwargs):
			self.burn(kind, "before")
			result = function(*args, **kwargs)
			self.burn(kind, "after")
			return result

		return burning

	def attach(self, database) -> None:
		database.sql = self.wrap(database.sql, "statement")
		database.commit = self.wrap(database.commit, "commit")
		smtplib.SMTP.send = self.wrap(smtplib.SMTP.send, "smtp line")
		smtplib.SMTP.getreply = self.wrap(smtplib.SMTP.getreply, "smtp answer")
		smtplib.SMTP.data = self.wrap_data(smtplib.SMTP.data)
		requests.Session.send = self.wrap_call(requests.Session.send)

	def wrap_data(self, hand_over):
		"""`SMTP.data` returns when the server has answered that it took the mail."""

		def data(session, message):
			answer = hand_over(session, message)
			self.burn("mail taken", "after")
			return answer

		return data

	def wrap_call(self, send):
		"""`Session.send` returns when the provider has done what it was asked and begins to answer."""

		def call(session, request, **options):
			self.burn("provider call", "before")
			answer = send(session, request, **options)
			self.burn("provider call", "after")
			for what, path in SENDING_PATHS.items():
				if request.method == "POST" and request.url.endswith(path):
					self.burn(f"{what} taken", "after")
			return answer

		return call


def connect(site: str) -> None:
	"""A connection of this process's own, in the sandbox and on a bench."""
	import frappe

	frappe.init(site, force=True)
	frappe.connect()
	frappe.set_user("Administrator")


def preload() -> None:
	"""All that workers need, read once in the process they are forked from."""
	if site := os.environ.get("SANDBOX_SITE"):
		from sandbox import runtime

		runtime.activate(site)
	from collections_app.services.run import cycle  # noqa: F401

	hurry()


def hurry() -> None:
	"""For good: this process does nothing else."""
	for module, name, value in haste():
		setattr(module, name, value)


def haste() -> list[tuple]:
	"""Minutes pass as seconds: lost workers are found while the others are still at it, and some that are not lost. Module,
	name and value of each; letters are not printed."""
	from frappe.email import queue

	from collections_app.services.letters import printed
	from collections_app.services.outbox import connected, follow

	soon = timedelta(seconds=NEXT_TRY_SECONDS)
	return [
		(follow, "LOST_AFTER_MINUTES", LOST_AFTER_MINUTES),
		(queue, "timedelta", lambda minutes: timedelta(seconds=FRAPPE_LOST_AFTER_SECONDS)),
		(connected, "FIRST_PAUSE", soon),
		(connected, "LONGEST_PAUSE", soon),
		(printed, "pdf_of", lambda action: PAPER),
	]


def work(site: str, company: str, day: str, role: str, fuse: tuple[str, int], folder: str) -> None:
	"""A worker's life. It ends by its fuse, by the parent's kill, or when the file `stop` is there."""
	sys.stdout = sys.stderr = open(Path(folder) / f"{role}.log", "a", buffering=1)
	import frappe

	connect(site)
	fuse = Fuse(*fuse, Path(folder) / "killed.log")
	fuse.attach(frappe.local.db)
	while not (Path(folder) / "stop").exists():
		if not has_work(role, company, day):
			frappe.db.rollback()
			time.sleep(0.1)
			continue
		fuse.lit = True
		for name in ROLES[role]:
			try:
				do(name, company, day)
				frappe.db.commit()
			except Exception:
				traceback.print_exc()
				frappe.db.rollback()
		fuse.lit = False
		time.sleep(random.uniform(0.01, 0.05))


def has_work(role: str, company: str, day: str) -> bool:
	"""Whether there is something to do for the role. Otherwise its fuse would burn down while it waits."""
	import frappe

	actions = {"company": company, "planned_on": day}
	waiting = {
		"planner": ("Planned", "Held"),
		"dispatcher": ("Planned", "Held", "Queued"),
		"sender": ("Sending",),
		"follower": ("Sending", "Uncertain"),
	}[role]
	if role == "planner" and not frappe.db.exists("Collection Action", actions):
		return True
	return bool(frappe.db.exists("Collection Action", {**actions, "status": ["in", waiting]}))


def do(name: str, company: str, day: str):
	"""One step of the work, as the scheduler's jobs do it."""
	from frappe.email import queue
	from frappe.utils import getdate

	from collections_app.services.outbox import dispatch, follow, release
	from collections_app.services.plans import planning
	from collections_app.services.run.context import RunContext

	context = RunContext(company, getdate(day))
	return {
		"plan": lambda: planning.plan(context),
		"release": lambda: release.hold_or_release(context),
		"dispatch": lambda: dispatch.dispatch(context),
		"flush": queue.flush,
		"retry_stuck": queue.retry_sending_emails,
		"follow": follow.follow_sent_messages,
	}[name]()


if os.environ.get("OUTBOX_WORKERS"):
	preload()
