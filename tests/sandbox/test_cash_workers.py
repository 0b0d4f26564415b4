"""Two real processes apply the same bank lines at the same time: each is booked once."""

import multiprocessing
import time

from tests.sandbox import cash_workers as workers

COMPANY = "Collections Test"
LINES = 8


def test_two_processes_book_each_payment_once(own_site, tmp_path):
	import frappe

	lines = workers.prepare(LINES)
	processes = multiprocessing.get_context("spawn")
	start_at, log = time.time() + 6, str(tmp_path / "workers.log")
	running = [processes.Process(target=spawned, args=(own_site, COMPANY, start_at, log)) for _ in range(2)]
	for one in running:
		one.start()
	for one in running:
		one.join(120)
	told = open(log).read()
	assert [one.exitcode for one in running] == [0, 0], told
	frappe.db.rollback()
	for line, customer in lines.items():
		entries = frappe.get_all("Payment Entry", filters={"party": customer, "docstatus": 1}, pluck="name")
		matches = frappe.get_all(
			"Cash Match", filters={"bank_transaction": line}, fields=["status", "payment_entry"]
		)
		status = frappe.db.get_value("Bank Transaction", line, "status")
		assert [(one.status, one.payment_entry) for one in matches] == [("Applied", entries[0])], told
		assert (len(entries), status) == (1, "Reconciled"), told


def spawned(site: str, company: str, start_at: float, log: str) -> None:
	workers.preload()
	workers.apply_all(site, company, start_at, log)
