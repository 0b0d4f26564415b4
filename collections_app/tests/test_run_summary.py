"""What the dispatch did, in the words of what went out."""

import frappe

from collections_app.engine.channels import CHANNELS
from collections_app.services.outbox.dispatch import COUNTED, NOTHING_SENT, dispatch
from collections_app.services.run import summaries
from collections_app.tests.test_dispatch import DispatchTestCase


class TestRunSummary(DispatchTestCase):
	def sentence(self, **counts) -> str:
		return summaries.summarise("Dispatch", {**NOTHING_SENT, **counts}, "EUR")

	def test_words_of_their_own(self):
		"""Every channel there is has a count and words of its own, for one and for several."""
		self.assertEqual(set(COUNTED), set(CHANNELS))
		self.assertEqual(list(summaries.CHANNELS), list(COUNTED.values()))
		for count in (1, 2):
			self.assertEqual(
				len({self.sentence(**{kind: count}) for kind in COUNTED.values()}), len(CHANNELS)
			)
		sentence = self.sentence(emails=30, letters=2, calls=1, failed=3)
		self.assertEqual(sentence, "30 e-mails, 2 letters, 1 call, 3 failed")
		sentence = self.sentence(sms=1, hand_overs=2, notices=1)
		self.assertEqual(sentence, "1 text message, 2 hand-overs, 1 notice to an insurer")
		sentence = self.sentence(tasks=2, in_hand=1)
		self.assertEqual(sentence, "2 tasks, 1 still in the hands of other workers")
		self.assertEqual(self.sentence(), "Nothing went out")

	def test_counted_as_what_it_is(self):
		"""A task is no call, and no e-mail either; a rehearsal counts as the real dispatch does."""
		self.queued((1, "Task", {"task": "Visit"}))
		self.assertEqual(dispatch(self.context(dry_run=True)), {**NOTHING_SENT, "tasks": 1})
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "tasks": 1})
		frappe.db.set_value(
			"Collection Action", self.action().name, {"status": "Queued", "channel": "Letter"}
		)
		self.assertEqual(dispatch(self.context(dry_run=True)), {**NOTHING_SENT, "letters": 1})
