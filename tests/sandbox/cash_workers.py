"""A worker of cash application as a process of its own, and the books it works on."""

import sys
import time
import traceback
from pathlib import Path

from tests.benchmarks.outbox_workers import connect, preload

__all__ = ["apply_all", "preload", "prepare"]


def prepare(count: int) -> dict[str, str]:
	"""So many payments that name their invoices, committed. Bank Transaction -> customer."""
	import frappe

	from collections_app.tests import utils
	from collections_app.tests.books import bank_line

	utils.before_tests()
	utils.configure()
	lines = {}
	for number in range(count):
		customer = utils.make_customer(f"Payer Number {number}")
		invoice = utils.make_invoice(customer, 100 + number)
		lines[bank_line(100 + number, invoice.name, customer).name] = customer
	frappe.db.commit()
	return lines


def apply_all(site: str, company: str, start_at: float, log: str) -> None:
	"""Applies what is there, as the daily run does, from a moment that all workers share."""
	sys.stdout = sys.stderr = open(Path(log), "a", buffering=1)
	import frappe
	from frappe.utils import getdate

	from collections_app.services.cash.apply import apply_cash
	from collections_app.services.run.context import RunContext

	connect(site)
	time.sleep(max(start_at - time.time(), 0))
	for _ in range(3):
		try:
			print(apply_cash(RunContext(company, getdate(), step="Apply Cash")))
			frappe.db.commit()
		except Exception:
			traceback.print_exc()
			frappe.db.rollback()
