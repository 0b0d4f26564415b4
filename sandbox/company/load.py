"""Loads the sample company into the connected Frappe site, a sandbox or a bench; loading it again changes nothing.

On a bench: `python -m sandbox.company.load --bench BENCH --site SITE [--seed N] [--as-of YYYY-MM-DD]`, run with the
bench's Python from the repo's root.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import frappe
from frappe.utils import getdate

from .collecting import enrol_company, load_disputes, load_promises
from .generate import DEFAULT_SEED, generate, make_company, write_statement
from .models import SampleCompany
from .parties import load_credit_limits, load_customers
from .site_setup import complete_setup_wizard, prepare_site
from .vouchers import Vouchers, submit

__all__ = ["load", "write_statement"]

# (step, done, total)
Progress = Callable[[str, int, int], None]
COMMIT_EVERY = 100
LOADED_KEY = "sample_company_loaded"


class SampleCompanyError(Exception):
	"""The site holds another sample company than the one asked for."""


def sample_of(loaded: dict) -> SampleCompany:
	"""The company that `load` told of."""
	return generate(loaded["seed"], frappe.utils.getdate(loaded["as_of"]))


def _silent(step: str, done: int, total: int) -> None:
	"""No progress wanted."""


def load(
	seed: int | None = None, as_of: date | None = None, progress: Progress = _silent, days_before: int = 0
) -> dict[str, int | float | str]:
	"""Loads the company as of the morning of `as_of` and commits as it goes.

	By default `seed` and `as_of` are those the site was loaded with, or DEFAULT_SEED and the site's today. With
	`days_before`, only what had happened by the end of the day so many days before; a later load brings the rest. Returns
	counts of what the site then has of it (customers, invoices, credit_notes, payments, journals, promises, disputes,
	open_invoices), the company's name, seed, as_of, and the seconds it took. A load that was broken off goes on where
	it ended. Raises SampleCompanyError when the site has the company of another seed or day.
	"""
	started = time.monotonic()
	before = {flag: frappe.flags.get(flag) for flag in ("mute_emails", "mute_messages")}
	frappe.flags.update({flag: True for flag in before})
	try:
		seed, as_of = choose(seed, as_of)
		sample = generate(seed, as_of)
		counts = _load(sample, progress, as_of - timedelta(days_before))
	finally:
		frappe.flags.update(before)
	return {
		"company": sample.company.name,
		"seed": seed,
		"as_of": as_of.isoformat(),
		**counts,
		"seconds": round(time.monotonic() - started, 1),
	}


def loaded_sample() -> tuple[int, date] | None:
	"""(seed, as_of) of the company the site holds, None if it holds none."""
	remembered = frappe.db.get_default(LOADED_KEY)
	if not remembered:
		return None
	seed, _, day = remembered.partition("/")
	return int(seed), date.fromisoformat(day)


def choose(seed: int | None = None, as_of: date | None = None) -> tuple[int, date]:
	"""What to load, remembered on the site from the first load on."""
	loaded = loaded_sample()
	if loaded is None:
		seed = DEFAULT_SEED if seed is None else seed
		complete_setup_wizard(make_company(seed))
		# only now does the site know its time zone, and so its today
		chosen = (seed, as_of or getdate())
		frappe.db.set_default(LOADED_KEY, f"{chosen[0]}/{chosen[1].isoformat()}")
		return chosen
	if seed not in (None, loaded[0]) or as_of not in (None, loaded[1]):
		raise SampleCompanyError(
			f"This site holds the sample company of seed {loaded[0]} on {loaded[1]}, not of seed {seed} on {as_of}. "
			"Reset the site to load another one."
		)
	return loaded


def _load(sample: SampleCompany, progress: Progress, until: date) -> dict[str, int]:
	progress("Company", 0, 1)
	prepare_site(sample)
	_commit()
	progress("Company", 1, 1)
	for done, _ in enumerate(load_customers(sample), 1):
		progress("Customers", done, len(sample.customers))
	_commit()
	vouchers = Vouchers(sample)
	invoices = [i for i in sample.invoices if not i.is_return and i.posting_date <= until]
	credit_notes = [i for i in sample.invoices if i.is_return and i.posting_date <= until]
	payments = [p for p in sample.payments if p.posting_date <= until]
	journals = [j for j in sample.journals if j.posting_date <= until]
	_submit_all("Sales Invoice", "Invoices", invoices, vouchers.invoice, progress)
	_submit_all("Sales Invoice", "Credit notes", credit_notes, vouchers.invoice, progress)
	_submit_all("Payment Entry", "Payments", payments, vouchers.payment, progress)
	_submit_all("Journal Entry", "Journals", journals, vouchers.journal, progress)
	if len(invoices) + len(credit_notes) == len(sample.invoices):
		load_credit_limits(sample)
	enrol_company(sample)
	counts = {
		"customers": len(sample.customers),
		"invoices": len(invoices),
		"credit_notes": len(credit_notes),
		"payments": len(payments),
		"journals": len(journals),
		"promises": load_promises(sample, until),
		"disputes": load_disputes(sample, until),
		"open_invoices": sum(amount > 0 for amount in sample.outstanding().values()),
	}
	_commit()
	return counts


def _submit_all(doctype: str, step: str, records: Iterable, build: Callable, progress: Progress) -> None:
	records = list(records)
	known = set(
		frappe.get_all(
			doctype, filters={"name": ("in", [r.name for r in records])}, pluck="name", order_by="name"
		)
	)
	for done, record in enumerate(records, 1):
		if record.name not in known:
			submit(build(record), record.name)
			if done % COMMIT_EVERY == 0:
				_commit()
		progress(step, done, len(records))
	_commit()


def _commit() -> None:
	# a load of minutes is committed in parts, so that a broken one can go on
	frappe.db.commit()  # nosemgrep


def print_progress(step: str, done: int, total: int) -> None:
	"""One line per step on a terminal, rewritten as it grows."""
	if done == total or done % 25 == 0:
		print(f"\r{step:14s} {done:5d} / {total}", end="\n" if done == total else "", flush=True)


def main(arguments: list[str] | None = None) -> None:
	"""Command line: see the module's text."""
	parser = argparse.ArgumentParser(description="Load the sample company into a bench's site.")
	parser.add_argument("--bench", required=True)
	parser.add_argument("--site", required=True)
	parser.add_argument("--seed", type=int, help="default: as loaded before, else 1")
	parser.add_argument("--as-of", type=date.fromisoformat, help="default: as loaded before, else today")
	parser.add_argument("--statement", help="folder to write the day's bank statement into")
	options = parser.parse_args(arguments)
	statement_folder = options.statement and Path(options.statement).resolve()
	os.chdir(Path(options.bench) / "sites")
	frappe.init(site=options.site)
	frappe.connect()
	try:
		frappe.set_user("Administrator")
		print(load(options.seed, options.as_of, print_progress))
		if statement_folder:
			print(write_statement(statement_folder, *loaded_sample()))
	finally:
		frappe.destroy()


if __name__ == "__main__":
	sys.exit(main())
