"""What the pages cockpit, worklist, Customer 360 and team ask their server for: every reading endpoint of their API, timed in
the process, for a company of 100,000 invoices and 20,000 customers.

Each is asked for as by a manager who sees all, with a team chosen, and as by one who may see one territory; the queries
are counted with a tenth of the company, too: their number must not grow with it.
"""

import inspect
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.working_company import RESTRICTED, TEAM, Company, working_company

INVOICES, CUSTOMERS = (
	int(os.environ.get("BENCH_ITEMS") or 100_000),
	int(os.environ.get("BENCH_CUSTOMERS") or 20_000),
)
SMALLER = 10
CALLS = int(os.environ.get("BENCH_CALLS") or 20)
# an endpoint is asked no longer than this, but always this often
MOST_SECONDS, LEAST_CALLS = 10.0, 3
PAGES = ("cockpit", "worklist", "customer_360", "team")
# what makes a file takes its time in the program that makes it
LEFT_OUT = ("statement_pdf",)
MANAGER = "Administrator"


def run() -> Iterator[dict]:
	"""One line for each endpoint and way of asking: endpoint, user ("all" or "some"), team (whether one is chosen), queries,
	queries_at_a_tenth, p50_ms, p95_ms, cpu_ms (of this process, the middle), sql_ms (of the middle call), kb of the answer;
	and at last the whole."""
	with working_company(INVOICES // SMALLER, CUSTOMERS // SMALLER) as company:
		fewer = {key: line.get("queries", 0) for key, line in measured(company, LEAST_CALLS).items()}
	with working_company(INVOICES, CUSTOMERS) as company:
		lines = measured(company, CALLS)
	for key, line in lines.items():
		yield {**line, "queries_at_a_tenth": fewer.get(key)}
	good = {key: line for key, line in lines.items() if "error" not in line}
	yield {
		"customers": company.customers,
		"invoices": company.invoices,
		"slowest_p95_ms": max((line["p95_ms"] for line in good.values()), default=None),
		"queries_grow": sorted({key[0] for key, line in good.items() if line["queries"] > fewer.get(key, 0)}),
		"failed": sorted({key[0] for key in lines if key not in good}),
	}


def measured(company: Company, calls: int) -> dict[tuple, dict]:
	"""(endpoint, user, team) -> its line."""
	found = {}
	for endpoint, function in endpoints():
		for user, team in (("all", None), ("all", TEAM), ("some", None)):
			arguments = arguments_of(function, company, team)
			if team and arguments == arguments_of(function, company, None):
				continue
			signed_in = MANAGER if user == "all" else RESTRICTED
			line = {"endpoint": endpoint, "user": user, "team": bool(team)}
			try:
				found[endpoint, user, team] = {**line, **timed(function, arguments, signed_in, calls)}
			except Exception as error:
				# the others are measured all the same
				found[endpoint, user, team] = {**line, "error": f"{type(error).__name__}: {error}"}
	return found


def endpoints() -> Iterator[tuple[str, Callable]]:
	"""The whitelisted methods of the pages that may be asked by GET."""
	import frappe

	for page in PAGES:
		module = f"collections_app.api.{page}"
		if not find_spec(module):
			continue
		for name, function in vars(import_module(module)).items():
			if not inspect.isfunction(function) or name in LEFT_OUT:
				continue
			if "GET" in frappe.allowed_http_methods_for_whitelisted_func.get(function, ()):
				yield f"{page}.{name}", function


def arguments_of(function: Callable, company: Company, team: str | None) -> dict:
	"""What a page would send: company, customer and case where they are asked for, everything else as it is by default."""
	known = {
		**{"company": company.name, "companies": [company.name]},
		**{"customer": company.customer, "case": company.case, "collector": ""},
		**({"team": team} if team else {}),
		"filters": {"company": company.name, **({"team": team} if team else {})},
	}
	return {name: known[name] for name in inspect.signature(function).parameters if name in known}


def timed(function: Callable, arguments: dict, user: str, calls: int) -> dict:
	import frappe

	took, worked, sql, answer, count = [], [], [], None, 0
	began = time.perf_counter()
	while len(took) < calls and (len(took) < LEAST_CALLS or time.perf_counter() - began < MOST_SECONDS):
		as_new_request(user)
		with counted() as queries:
			started, before = time.perf_counter(), time.process_time()
			answer = frappe.as_json(frappe.call(function, **arguments))
			took.append((time.perf_counter() - started) * 1000)
			worked.append((time.process_time() - before) * 1000)
		sql.append(sum(queries) * 1000)
		count = len(queries)
	middle = sorted(range(len(took)), key=took.__getitem__)[len(took) // 2]
	return {
		"queries": count,
		"p50_ms": round(statistics.median(took), 1),
		"p95_ms": round(statistics.quantiles(took, n=20, method="inclusive")[-1], 1),
		"cpu_ms": round(statistics.median(worked), 1),
		"sql_ms": round(sql[middle], 1),
		"kb": round(len(answer) / 1024, 1),
	}


def as_new_request(user: str) -> None:
	"""Nothing is kept of the request before, but what Frappe keeps in Redis."""
	import frappe

	frappe.db.rollback()
	frappe.set_user(user)
	if hasattr(frappe.local, "request_cache"):
		frappe.local.request_cache.clear()
	frappe.db.value_cache.clear()
	frappe.local.message_log = []


@contextmanager
def counted() -> Iterator[list[float]]:
	"""The seconds of each query made inside."""
	import frappe

	plain, seconds = frappe.db.sql, []

	def watched(*arguments, **options):
		started = time.perf_counter()
		try:
			return plain(*arguments, **options)
		finally:
			seconds.append(time.perf_counter() - started)

	frappe.db.sql = watched
	try:
		yield seconds
	finally:
		del frappe.db.sql
