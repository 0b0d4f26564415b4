"""Blocks of messages handed over by a background worker beside the dispatcher, as real processes over a real queue."""

import os
import subprocess
import time

import pytest

from sandbox.paths import PYTHON, REPO

MESSAGES = 12
START_SECONDS = 60


@pytest.fixture
def company(site):
	"""Queued messages in blocks of two customers."""
	from collections_app.services.outbox.release import hold_or_release
	from collections_app.services.plans.planning import plan
	from collections_app.services.run.context import RunContext
	from collections_app.tests import utils, world

	utils.before_tests()
	world.empty_world()
	utils.configure(block_size=2)
	world.make_email_account()
	world.make_plan()
	for number in range(MESSAGES):
		utils.make_invoice(utils.make_customer(), 100 + number, due_in=-5)
	site.db.commit()
	today = site.utils.getdate()
	plan(RunContext(utils.COMPANY, today))
	hold_or_release(RunContext(utils.COMPANY, today))
	site.db.commit()
	yield utils.COMPANY
	site.db.rollback()
	world.empty_world()
	site.db.commit()


@pytest.fixture
def worker(site):
	"""A worker of the site in a process of its own, at the queue."""
	from collections_app.services.outbox import blocks

	process = subprocess.Popen(
		[str(PYTHON), "-m", "sandbox.worker", site.local.site], cwd=REPO, env=os.environ
	)
	try:
		end = time.monotonic() + START_SECONDS
		while not blocks.other_workers():
			assert process.poll() is None and time.monotonic() < end, "the worker did not come"
			time.sleep(0.1)
		yield process
	finally:
		process.kill()
		process.wait()


def outbox(site, company):
	site.db.rollback()
	fields = ["name", "status", "attempts", "email_queue"]
	return site.get_all("Collection Action", {"company": company, "status": ["!=", "Cancelled"]}, fields)


def dispatched(site, company, monkeypatch, meanwhile=lambda: None):
	"""The counts of a dispatch that takes its time, and how many messages it sent itself."""
	from collections_app.services.outbox import dispatch
	from collections_app.services.run.context import RunContext

	own, send = [], dispatch.send

	def slow(name, charger=None):
		meanwhile()
		time.sleep(0.3)
		own.append(send(name, charger))

	monkeypatch.setattr(dispatch, "send", slow)
	counts = dispatch.dispatch(RunContext(company, site.utils.getdate()))
	return counts, own.count("handed over")


def test_shared_with_another_worker(site, company, worker, monkeypatch):
	"""Both send, each message goes out once, and the dispatcher counts all of them."""
	counts, own = dispatched(site, company, monkeypatch)
	assert counts["emails"] == MESSAGES and "in_hand" not in counts
	assert 0 < own < MESSAGES
	actions = outbox(site, company)
	assert {(row.status, row.attempts) for row in actions} == {("Sending", 1)}
	assert len({row.email_queue for row in actions}) == MESSAGES


def test_worker_killed_in_its_block(site, company, worker, monkeypatch):
	"""The dispatcher finishes the blocks of a worker that was killed; nothing is sent twice."""
	from collections_app.services.outbox import blocks

	def kill():
		if any(row.status == "Sending" for row in outbox(site, company)):
			worker.kill()

	monkeypatch.setattr(blocks, "PATIENCE_SECONDS", 1)
	counts, own = dispatched(site, company, monkeypatch, kill)
	assert counts["emails"] + counts.get("in_hand", 0) == MESSAGES
	assert counts.get("in_hand", 0) <= 1 and own > 0
	actions = outbox(site, company)
	assert {row.status for row in actions} == {"Sending"}
	entries = [row.email_queue for row in actions if row.email_queue]
	assert len(set(entries)) == len(entries) == counts["emails"]
