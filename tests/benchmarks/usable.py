"""How long until the pages cockpit, worklist, Customer 360 and team can be used in Chromium, for a company of 100,000 invoices
and 20,000 customers: the site is served as it is to people, and a Credit Manager who sees all opens each page.

The browser runs in a process of its own (`usable_browser.py`): a bench's Python has none.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.working_company import Company, working_company

INVOICES, CUSTOMERS = (
	int(os.environ.get("BENCH_ITEMS") or 100_000),
	int(os.environ.get("BENCH_CUSTOMERS") or 20_000),
)
ROUNDS = max(int(os.environ.get("BENCH_CALLS") or 10), 2)
MANAGER = "benchmark.manager@example.com"
REPO = Path(__file__).resolve().parents[2]


def run() -> Iterator[dict]:
	"""One line for each page and way of opening it, see `usable_browser.measured`; and at last the whole, with the machine's
	load meanwhile."""
	with (
		working_company(INVOICES, CUSTOMERS) as company,
		manager(company) as password,
		served() as url,
	):
		lines = []
		for line in browsed(url, password, company):
			lines.append(line)
			yield line
	inside = [line for line in lines if line["page"] != "plain" and line["how"].startswith("desk")]
	yield {
		"customers": company.customers,
		"invoices": company.invoices,
		"slowest_in_desk_p95_ms": max((line["usable_p95_ms"] for line in inside), default=None),
		"load": [round(one, 1) for one in os.getloadavg()],
	}


def browsed(url: str, password: str, company: Company) -> Iterator[dict]:
	"""What the browser's process prints, line by line."""
	wanted = {"url": url, "user": MANAGER, "password": password, "rounds": ROUNDS}
	wanted["customers"] = [company.customer, another_customer(company)]
	browser = [
		os.environ.get("BENCH_BROWSER") or sys.executable,
		"-m",
		"tests.benchmarks.usable_browser",
	]
	process = subprocess.Popen(browser, cwd=REPO, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
	with process:
		process.stdin.write(json.dumps(wanted))
		process.stdin.close()
		yield from map(json.loads, process.stdout)
	if process.returncode:
		raise RuntimeError(f"the browser's process ended with {process.returncode}")


def another_customer(company: Company) -> str:
	"""One whose page follows that of the first: the next on the worklist."""
	import frappe

	known = {"company": company.name, "status": "Open", "customer": ["!=", company.customer]}
	return frappe.get_all("Collection Case", known, pluck="customer", order_by="overdue desc", limit=1)[0]


@contextmanager
def manager(company: Company) -> Iterator[str]:
	"""A Credit Manager of the company who sees every customer; gives the password to sign in with."""
	import frappe
	from frappe.utils.password import update_password

	from collections_app.constants.roles import CREDIT_MANAGER

	password = frappe.generate_hash(length=20)
	_remove_manager()
	doc = frappe.get_doc(
		{"doctype": "User", "email": MANAGER, "first_name": "Benchmark Manager", "send_welcome_email": 0}
	)
	doc.flags.no_welcome_mail = True
	doc.append_roles(CREDIT_MANAGER, "Accounts User")
	doc.insert()
	update_password(MANAGER, password)
	frappe.defaults.set_user_default("company", company.name, MANAGER)
	frappe.db.commit()
	try:
		yield password
	finally:
		frappe.db.rollback()
		_remove_manager()


def _remove_manager() -> None:
	import frappe

	for name in frappe.get_all("Contact", {"email_id": MANAGER}, pluck="name"):
		frappe.delete_doc("Contact", name, force=True)
	if frappe.db.exists("User", MANAGER):
		frappe.delete_doc("User", MANAGER, force=True)
	frappe.db.commit()


@contextmanager
def served() -> Iterator[str]:
	"""The address of the site: a bench's own web server (`BENCH_URL` where it is not at the port of its settings), else one that
	is started for this."""
	import frappe

	if os.environ.get("BENCH_SITE"):
		yield os.environ.get("BENCH_URL") or frappe.utils.get_site_url(frappe.local.site)
		return
	from sandbox.services import Services

	services = Services(frappe.local.site)
	try:
		yield services.start(worker=False)
	finally:
		services.stop()
		services.remove_logs()
