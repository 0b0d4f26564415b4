"""Fault injection: workers of the outbox are killed at random points; was each message sent exactly once?

Planners, dispatchers, senders and followers work side by side, as real processes, on one site, and are killed with
SIGKILL, by a fuse of their own (see `outbox_workers`) or from outside at any moment. When a day's work is done, or its
share of the kills, everything is brought to an end without kills, and what the mail server and the providers really took
is compared with the database. Then the next day begins, with the next step of the plan for every customer.

A third of the customers gets e-mails, a third text messages through Twilio, a third letters through Pingen, both played
on this machine; now and then these refuse, break off or fail after they took a message.
"""

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from sandbox.providers.pingen import PingenServer
from sandbox.providers.twilio import TwilioServer
from tests.benchmarks import outbox_providers as providers
from tests.benchmarks import outbox_workers as workers
from tests.benchmarks.outbox_traces import errors, killed_at, once_taken

KILLS = 320
CUSTOMERS = 60
CREW = ("planner", "planner", "dispatcher", "dispatcher", "sender", "sender", "sender", "follower")
# kind of event -> after how many a worker kills itself at the most; few are likelier than many
FUSES = {
	"statement": 1500,
	"commit": 60,
	"smtp line": 40,
	"smtp answer": 40,
	"mail taken": 3,
	"provider call": 20,
	"text taken": 3,
	"letter taken": 3,
}
# on the last metre the narrow moments are those of the dialogue with the mail server
KINDS = {
	"sender": ("mail taken", "mail taken", "smtp line", "smtp answer", "commit", "statement"),
	"dispatcher": ("text taken", "letter taken", "provider call", "commit", "statement"),
	"follower": ("provider call", "commit", "statement"),
}
OTHERS = ("statement", "commit")
# one of so many kills, at least, falls between the mail server's taking a mail and the sender's writing that down, and one
# of as many between the provider's and the dispatcher's
ONCE_TAKEN = 10
# what providers do now and then, and how often the parent makes one of them do so
TROUBLE, TROUBLE_SHARE = ("500", "cut", "malformed", "429", "503"), 0.05
KILLED_FROM_OUTSIDE = 0.08
NEW_INVOICE = 0.02
ON_THEIR_WAY = ("Planned", "Awaiting Approval", "Held", "Queued", "Sending")
# days between two steps of the plan, and between two days of the storm
STEP_DAYS = 7
MOST_DAYS = 30
SECONDS_A_DAY = 90


def run(kills: int = KILLS, customers: int = CUSTOMERS, crew: tuple = CREW, seed: int | None = None) -> dict:
	"""kills, planned, sent, doubled, lost, uncertain, and how it came about. Works on the connected site, whose
	tests' company it empties."""
	import frappe

	seed = random.randrange(10**6) if seed is None else seed
	folder = Path(tempfile.mkdtemp(prefix="outbox-kills-"))
	started = time.monotonic()
	try:
		storm = Storm(frappe.local.site, folder, kills, crew, random.Random(seed))
		with storm.mail_server(), storm.twilio, storm.pingen:
			storm.prepare(customers)
			while not storm.has_enough() and storm.day < MOST_DAYS:
				storm.one_day()
		result = storm.result()
	finally:
		shutil.rmtree(folder, ignore_errors=True)
	return {"seed": seed, **result, "seconds": round(time.monotonic() - started, 1)}


class Storm:
	"""One fault injection on one site."""

	def __init__(self, site: str, folder: Path, wanted: int, crew: tuple, chance: random.Random):
		self.site, self.folder, self.wanted, self.crew, self.chance = site, folder, wanted, crew, chance
		self.kills = self.day = 0
		self.by_role: Counter = Counter()
		self.uncertain = {"taken": 0, "not taken": 0}
		self.uncertain_actions: set[str] = set()
		self.twilio, self.pingen = TwilioServer(), PingenServer()
		os.environ["OUTBOX_WORKERS"] = "1"
		self.processes = multiprocessing.get_context("forkserver")
		self.processes.set_forkserver_preload([workers.__name__])
		self.running: list = []

	def mail_server(self):
		from sandbox.providers.smtp import MailServer

		pause = self.chance
		self.server = MailServer(self.folder / "mails", pause=lambda: pause.choice((0, 0, 0.02, 0.1)))
		return self.server

	def prepare(self, customers: int) -> None:
		"""A company of its own, each customer with an overdue invoice, and a plan with a step for each day."""
		from frappe.utils import getdate

		from collections_app.tests import utils, world
		from sandbox.providers.smtp import use_for_outgoing

		utils.before_tests()
		world.empty_world()
		utils.configure(**no_limits())
		self.company = utils.COMPANY
		self.today = getdate()
		use_for_outgoing(self.server, world.SENDER)
		providers.connect(self.site, self.company, self.twilio, self.pingen)
		plans = [providers.make_plan(channel, STEP_DAYS, MOST_DAYS) for channel in providers.CHANNELS]
		self.customers = [
			providers.make_customer(number, plans[number % len(plans)]) for number in range(customers)
		]
		self.born: dict[str, int] = {}
		for customer in self.customers:
			self.add_invoice(customer)

	def add_invoice(self, customer: str) -> None:
		"""An invoice whose first step is due on the storm's day."""
		import frappe

		from collections_app.tests.utils import make_invoice

		days = STEP_DAYS * max(self.day - 1, 0) - 1
		invoice = make_invoice(customer, self.chance.randint(50, 500), due_in=days)
		frappe.db.commit()
		self.born[invoice.name] = max(self.day, 1)

	def one_day(self) -> None:
		"""Storm, calm, reckoning."""
		self.day += 1
		self.date = self.today + timedelta(days=STEP_DAYS * (self.day - 1))
		(self.folder / "stop").unlink(missing_ok=True)
		ends = time.monotonic() + SECONDS_A_DAY
		self.running = [self.start(role) for role in self.crew]
		while not self.has_enough() and time.monotonic() < ends and not self.is_done():
			time.sleep(self.chance.expovariate(8))
			if self.chance.random() < KILLED_FROM_OUTSIDE:
				self.chance.choice(self.running)[1].kill()
			if self.chance.random() < TROUBLE_SHARE:
				server = self.chance.choice((self.twilio, self.pingen))
				server.fault(
					self.chance.choice(TROUBLE),
					method="POST",
					path=workers.SENDING_PATHS["letter" if server is self.pingen else "text"],
				)
			if self.chance.random() < NEW_INVOICE:
				# the customer's message is made anew, or the invoice gets one of its own
				self.add_invoice(self.chance.choice(self.customers))
			self.bury()
		(self.folder / "stop").touch()
		for _role, process in self.running:
			process.join(30)
			if process.is_alive():
				process.kill()
				process.join()
		self.running = [one for one in self.running if one[1].exitcode != 0]
		self.count_dead()
		self.calm()

	def start(self, role: str):
		kind = self.chance.choice(KINDS.get(role, OTHERS))
		fuse = kind, int(FUSES[kind] ** self.chance.random())
		arguments = (self.site, self.company, str(self.date), role, fuse, str(self.folder))
		process = self.processes.Process(target=workers.work, args=arguments, daemon=True)
		process.start()
		return role, process

	def count_dead(self) -> list[int]:
		"""Places of those that were killed, each counted once."""
		dead = [place for place, (_role, process) in enumerate(self.running) if process.exitcode is not None]
		for place in dead:
			role, process = self.running[place]
			if process.exitcode != -signal.SIGKILL:
				raise RuntimeError(f"a {role} ended by itself: {process.exitcode}")
			self.kills += 1
			self.by_role[role] += 1
		return dead

	def bury(self) -> None:
		"""Others take the place of the dead."""
		for place in self.count_dead():
			self.running[place] = self.start(self.running[place][0])

	def has_enough(self) -> bool:
		"""Whether as many are dead as wanted, and enough of them at the worst moment."""
		least = self.wanted // ONCE_TAKEN
		return self.kills >= self.wanted and all(
			once_taken(self.folder, what) >= least for what in ("mail", *workers.SENDING_PATHS)
		)

	def is_done(self) -> bool:
		"""Whether the day's messages are planned and none of them is waiting or on its way."""
		return self.count(planned_on=self.date) > 0 and not self.count(status=["in", ON_THEIR_WAY])

	def count(self, **filters) -> int:
		import frappe

		# a fresh look at what the workers wrote
		frappe.db.rollback()
		return frappe.db.count("Collection Action", {"company": self.company, **filters})

	def calm(self) -> None:
		"""Everything comes to its end, in this process, and a person settles what is uncertain by asking the customer."""
		with ExitStack() as stack:
			# other tests of this process have the time they need
			for module, name, value in workers.haste():
				stack.enter_context(patch.object(module, name, value))
			self.settle()

	def settle(self) -> None:
		import frappe

		from collections_app.services.outbox import decide

		frappe.db.rollback()
		# within a test run, too, mails go all the way
		frappe.flags.testing_email = True
		self.twilio.forget()
		self.pingen.forget()
		frappe.db.set_value("Connector Config", {"company": self.company}, "state", None)
		for _attempt in range(60):
			for name in ("follow", "retry_stuck", "plan", "release", "dispatch", "flush", "follow"):
				workers.do(name, self.company, str(self.date))
				frappe.db.commit()
			if doubtful := frappe.get_all(
				"Collection Action", {"company": self.company, "status": "Uncertain"}, pluck="name"
			):
				taken = {action for action in self.taken() if action in doubtful}
				self.uncertain["taken"] += len(taken)
				self.uncertain["not taken"] += len(doubtful) - len(taken)
				self.uncertain_actions.update(doubtful)
				decide.resolve_uncertain(taken, was_sent=True)
				decide.resolve_uncertain(set(doubtful) - taken, was_sent=False)
				decide.retry(set(doubtful) - taken)
			elif self.is_done():
				return
			time.sleep(0.5)
		raise RuntimeError(f"the outbox does not come to rest: {self.standing()}")

	def standing(self) -> dict:
		import frappe

		return Counter(frappe.get_all("Collection Action", {"company": self.company}, pluck="status"))

	def taken(self) -> Counter:
		"""How often each action's message was really taken, by the mail server or a provider."""
		return mails_by_action(self.server) + providers.taken(self.twilio, self.pingen)

	def result(self) -> dict:
		import frappe

		actions = frappe.get_all(
			"Collection Action",
			{"company": self.company, "status": ["!=", "Cancelled"]},
			["name", "status", "case", "plan_step", "message_id", "error"],
		)
		mails = self.taken()
		known = {action.name for action in actions}
		lines = frappe.get_all(
			"Collection Action Invoice",
			{"parent": ["in", list(known)]},
			["parent", "voucher_no", "plan_step"],
		)
		# an item's step, however many messages claim to be it, is to reach the customer once
		reached = Counter()
		for line in lines:
			reached[line.voucher_no, line.plan_step] += mails.get(line.parent, 0)
		# a step a day from the invoice's first day on
		steps_of = Counter(invoice for (invoice, _step), count in reached.items() if count)
		missing = sum(max(0, self.day - born + 1 - steps_of[invoice]) for invoice, born in self.born.items())
		return {
			"database": frappe.db.db_type,
			"kills": self.kills,
			"kills_of": dict(self.by_role),
			"kills_at": killed_at(self.folder),
			"kills_once_taken": once_taken(self.folder, "mail"),
			"kills_once_text_taken": once_taken(self.folder, "text"),
			"kills_once_letter_taken": once_taken(self.folder, "letter"),
			"letters": len(self.pingen.letters),
			"text_messages": len(self.twilio.messages),
			"days": self.day,
			"workers": len(self.crew),
			"invoices": len(self.born),
			"planned": len(actions),
			"sent": len(set(mails) & known),
			"doubled": sum(count - 1 for count in reached.values() if count > 1)
			+ sum(count for name, count in mails.items() if name not in known),
			"lost": missing + sum(1 for action in actions if action.name not in mails),
			"uncertain": len(self.uncertain_actions),
			"uncertain_taken": self.uncertain["taken"],
			"uncertain_not_taken": self.uncertain["not taken"],
			"states": dict(self.standing()),
			"errors": errors(self.folder),
		}


def no_limits() -> dict:
	"""Settings with which nothing is held back, whatever limits there are."""
	import frappe

	meta = frappe.get_meta("Collections Settings")
	limits = [
		field.fieldname for field in meta.fields if "contact" in field.fieldname and field.fieldtype == "Int"
	]
	return dict.fromkeys(limits, 0)


def mails_by_action(server) -> Counter:
	"""How many mails the server took of each action, by the reference they carry."""
	return Counter(mail["X-Collection-Action"] for mail in server.mails())
