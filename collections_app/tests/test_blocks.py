"""Many messages at once: blocks of customers for several workers, each message once whoever sends it."""

from types import SimpleNamespace
from unittest.mock import patch

from redis.exceptions import ConnectionError

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.services.outbox import blocks, dispatch, follow
from collections_app.services.outbox.channels import email
from collections_app.services.outbox.work import work_outbox
from collections_app.services.run import queue
from collections_app.tests.test_dispatch import DispatchTestCase, WorkerDied
from collections_app.tests.utils import COMPANY, configure
from collections_app.tests.world import email_queue, make_plan

MESSAGES = 6
ENQUEUE = "collections_app.services.outbox.blocks.frappe.enqueue"


class BlocksTestCase(DispatchTestCase):
	"""Six queued messages to six customers, in blocks of two."""

	def setUp(self):
		super().setUp()
		configure(block_size=2)
		make_plan()
		for number in range(MESSAGES):
			self.invoice(self.customer(), 100 + number)
		self.plan()
		self.judge()
		frappe.db.commit()
		self.jobs: list[dict] = []

	def shared(self, worker=None, others: int = 2, **values):
		"""A dispatch beside so many other workers; `worker` does with a job what another worker would do meanwhile."""

		def enqueue(method, **options):
			self.assertEqual(frappe.get_attr(method), dispatch.send_block)
			self.jobs.append(options)
			if worker:
				worker(options["company"], options["names"])

		context = self.context(**values)
		with patch.object(blocks, "other_workers", return_value=others), patch(ENQUEUE, enqueue):
			context.results.append(dispatch.dispatch(context))
		return context

	def counts(self, context) -> dict:
		return {key: count for key, count in context.results[-1].items() if count}

	def assertEachOnce(self):
		self.assertEqual({row.status for row in self.actions()}, {"Sending"})
		self.assertEqual(len(email_queue()), MESSAGES)
		references = {entry.reference_name for entry in email_queue()}
		self.assertEqual(len(references), MESSAGES)
		self.assertEqual({row.attempts for row in self.actions()}, {1})


class TestBlocks(BlocksTestCase):
	def test_a_job_for_each_block(self):
		"""Each block is a job with an id of its own; without anybody to do them the dispatcher does all the work."""
		context = self.shared()
		self.assertEqual([len(job["names"]) for job in self.jobs], [2, 2, 2])
		self.assertEqual(len({job["job_id"] for job in self.jobs}), 3)
		self.assertTrue(all(job["deduplicate"] for job in self.jobs))
		names = [name for job in self.jobs for name in job["names"]]
		self.assertEqual(sorted(names), sorted(row.name for row in self.actions()))
		self.assertEqual(self.counts(context), {"emails": MESSAGES})
		self.assertEachOnce()

	def test_the_others_are_late(self):
		"""A job that begins when all is done finds nothing to do; a block never has another id."""
		self.shared()
		for job in self.jobs:
			dispatch.send_block(job["company"], job["names"])
		self.assertEachOnce()
		before = [job["job_id"] for job in self.jobs]
		blocks_again = [job["names"] for job in self.jobs]
		with patch(ENQUEUE, lambda _method, **options: self.jobs.append(options)):
			blocks.share(COMPANY, blocks_again)
		self.assertEqual([job["job_id"] for job in self.jobs[3:]], before)

	def test_the_others_do_it(self):
		"""What other workers sent is counted all the same, and what failed with them is told."""
		broken = self.actions()[0].name
		real = email.hand_over

		def hand_over(action):
			if action.name == broken:
				raise ValueError("no text")
			return real(action)

		with patch.object(email, "hand_over", hand_over):
			context = self.shared(dispatch.send_block)
		self.assertEqual(self.counts(context), {"emails": MESSAGES - 1, "failed": 1})
		self.assertEqual(
			[(line.message, line.reference_name) for line in context.messages], [("no text", broken)]
		)

	def test_they_meet_in_the_middle(self):
		"""Another worker that begins with the first block while this one begins with the last: each message once."""
		order, real = [], dispatch.send

		def send(name, charger=None):
			outcome = real(name, charger)
			order.append(name)
			if len(order) == 1:
				for job in self.jobs[:2]:
					dispatch.send_block(job["company"], job["names"])
			return outcome

		with patch.object(dispatch, "send", send):
			context = self.shared()
		self.assertEqual(order[0], self.jobs[2]["names"][0])
		self.assertEqual(self.counts(context), {"emails": MESSAGES})
		self.assertEachOnce()

	def test_a_worker_that_dies(self):
		"""Its block is finished by the dispatcher; the message it had in hand is told of, and sent by the hourly work."""
		real, died = email.hand_over, []

		def hand_over(action):
			if not died:
				died.append(action.name)
				raise WorkerDied
			return real(action)

		def worker(company, names):
			try:
				dispatch.send_block(company, names)
			except WorkerDied:
				frappe.db.rollback()

		with patch.object(email, "hand_over", hand_over), patch.object(blocks, "PATIENCE_SECONDS", 0):
			context = self.shared(worker)
		self.assertEqual(self.counts(context), {"emails": MESSAGES - 1, "in_hand": 1})
		self.assertEqual(frappe.db.get_value("Collection Action", died[0], "status"), "Sending")
		long_ago = add_to_date(now_datetime(), minutes=-16)
		frappe.db.set_value("Collection Action", died[0], "sending_started_at", long_ago)
		follow.follow_sent_messages()
		self.assertEqual(work_outbox(COMPANY)["emails"], 1)
		self.assertEqual(len(email_queue()), MESSAGES)

	def test_the_dispatcher_dies(self):
		"""What nobody sent stays queued and is taken up by the hourly work, as blocks again."""
		with patch.object(dispatch, "send", side_effect=WorkerDied), self.assertRaises(WorkerDied):
			self.shared()
		frappe.db.rollback()
		self.jobs.clear()
		with patch.object(blocks, "other_workers", return_value=1):
			with patch(ENQUEUE, lambda _method, **options: self.jobs.append(options)):
				self.assertEqual(work_outbox(COMPANY)["emails"], MESSAGES)
		self.assertEqual(len(self.jobs), 3)
		self.assertEachOnce()

	def test_customers_stay_together(self):
		"""Messages to one customer are in one block: two workers never wait for each other at its case."""
		rows = [SimpleNamespace(name=f"A{number}", case=f"C{number % 3}") for number in range(6)]
		self.assertEqual(blocks.blocks_of(rows), [["A0", "A3", "A1", "A4"], ["A2", "A5"]])


class TestAlone(BlocksTestCase):
	def test_no_other_worker(self):
		"""Nothing is shared out where nobody could take it."""
		self.assertEqual(self.counts(self.shared(others=0)), {"emails": MESSAGES})
		self.assertEqual(self.jobs, [])

	def test_one_block(self):
		"""What is one block is done at once, without a look at the queue."""
		configure(block_size=MESSAGES)
		with patch.object(blocks, "get_workers", side_effect=AssertionError):
			self.assertEqual(dispatch.dispatch(self.context())["emails"], MESSAGES)

	def test_rehearsal(self):
		"""A rehearsal counts and enqueues nothing."""
		self.assertEqual(self.counts(self.shared(dry_run=True)), {"emails": MESSAGES})
		self.assertEqual((self.jobs, len(email_queue())), ([], 0))

	def test_in_a_run(self):
		"""The run's record has the counts of all blocks and their progress on the way."""
		run = queue.get_or_create(COMPANY, frappe.utils.getdate())
		shares = []
		with (
			patch.object(blocks, "other_workers", return_value=1),
			patch(ENQUEUE, lambda _method, **options: self.jobs.append(options)),
			patch.object(queue.RunRecord, "step_progress", lambda _record, *step: shares.append(step)),
		):
			queue.execute(run)
		summary = frappe.db.get_value("Collection Run Step", {"parent": run, "step": "Dispatch"}, "summary")
		self.assertEqual((summary, len(self.jobs)), (f"{MESSAGES} e-mails", 3))
		ours = [share for step, share in shares if step == "Dispatch"]
		self.assertEqual(ours, [number / MESSAGES for number in range(MESSAGES)])


class TestOtherWorkers(DispatchTestCase):
	def worker(self, pid: int, queues: tuple[str, ...] = ("long",), host: str | None = None):
		names = [blocks.generate_qname(one) for one in queues]
		return SimpleNamespace(
			pid=pid, hostname=host or blocks.socket.gethostname(), queue_names=lambda: names
		)

	def count(self, *workers) -> int:
		with patch.object(blocks, "get_workers", return_value=list(workers)):
			return blocks.other_workers()

	def test_who_counts(self):
		"""Workers of the queue, on any machine, but not the one whose job this is."""
		own = blocks.os.getpid()
		self.assertEqual(self.count(), 0)
		self.assertEqual(self.count(self.worker(own), self.worker(blocks.os.getppid())), 0)
		self.assertEqual(self.count(self.worker(own, host="elsewhere"), self.worker(-1)), 2)
		self.assertEqual(self.count(self.worker(-1, queues=("short", "default"))), 0)

	def test_no_queue(self):
		"""Where the queue is out of reach, dispatch goes on alone."""
		with patch.object(blocks, "get_workers", side_effect=ConnectionError):
			self.assertEqual(blocks.other_workers(), 0)
