"""The sample company in a site: the ledger says what the generator meant, and loading again changes nothing."""

import json
import os
import subprocess
from datetime import date, timedelta

import pytest

from sandbox import site as sites
from sandbox.company.generate import generate
from sandbox.paths import PYTHON, REPO, SOURCE


@pytest.fixture(scope="module")
def report():
	site = f"test-load-{os.getpid()}"
	# the benchmarks use the same copy, which is made again when the company's files change
	sites.ensure_variant("sample", "sandbox.company.load:load", SOURCE / "company")
	sites.copy_site("sample", site)
	environment = {**os.environ, "SANDBOX_REDIS_PRIVATE": "1"}
	environment.pop("SANDBOX_REDIS_URL", None)
	command = [str(PYTHON), "-m", "tests.sandbox.loaded_company", site]
	try:
		result = subprocess.run(command, cwd=REPO, env=environment, capture_output=True, text=True)
	finally:
		sites.remove_site(site)
	assert result.returncode == 0, result.stderr[-4000:]
	return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def sample(report):
	return generate(report["loaded"]["seed"], date.fromisoformat(report["loaded"]["as_of"]))


def test_everything_of_the_sample_is_in_the_site(report, sample):
	loaded = report["loaded"]
	assert report["remembered"] == [loaded["seed"], loaded["as_of"]]
	assert (loaded["customers"], loaded["payments"], loaded["journals"]) == (120, len(sample.payments), 2)
	assert loaded["invoices"] + loaded["credit_notes"] == 1500 == len(report["invoices"])
	assert report["steps"]["Payments"] == [len(sample.payments), len(sample.payments)]
	assert report["limits"] == sum(c.credit_limit is not None for c in sample.customers)
	assert report["rows"]["tabPayment Entry"] == len(sample.payments)


def test_every_invoice_is_open_by_what_the_sample_says(report, sample):
	wanted = {name: float(amount) for name, amount in sample.outstanding().items()}
	wrong = {
		name: (row["outstanding_amount"], wanted.get(name, 0))
		for name, row in report["invoices"].items()
		if abs(row["outstanding_amount"] - wanted.get(name, 0)) > 0.004
	}
	assert not wrong
	assert {name for name, row in report["invoices"].items() if row["status"] == "Overdue"} == {
		i.name
		for i in sample.invoices
		if i.name in wanted and not i.is_return and overdue(i, wanted[i.name], sample.as_of)
	}


def overdue(invoice, open_amount, day) -> bool:
	"""Less was paid than the instalments due before `day` asked for."""
	due = sum(float(t.amount) for t in invoice.terms if t.due_date < day)
	return float(invoice.amount) - open_amount < due - 0.004


def test_the_ledger_balances_and_the_bank_holds_the_statements_opening_balance(report, sample):
	assert sum(report["balances"].values()) == 0
	bank = next(b for b in report["bank"] if b["iban"] == sample.company.bank_account.iban)
	assert report["balances"][bank["account"]] == round(float(sample.statement.opening_balance) * 100)


def test_the_customer_without_an_address_has_none_in_the_site(report, sample):
	silent = next(c.name for c in sample.customers if c.contact.email is None)
	assert report["dry_customers"] == [silent]


def test_loading_again_changes_nothing(report):
	assert report["rows_again"] == report["rows"]


def test_an_earlier_day_has_what_had_happened_by_then(report, sample):
	day = sample.as_of - timedelta(days=14)
	then = report["two_weeks_before"]
	assert then["payments"] == sum(payment.posting_date <= day for payment in sample.payments)
	assert then["promises"] == sum(promise.promised_on <= day for promise in sample.promises)
	assert then["disputes"] == sum(dispute.opened_on <= day for dispute in sample.disputes)
	assert then["invoices"] + then["credit_notes"] == sum(one.posting_date <= day for one in sample.invoices)
	assert then["payments"] < report["loaded"]["payments"]


def test_another_seed_is_refused_with_what_is_there(report):
	assert "seed 1 on" in report["refused"] and "seed 99" in report["refused"]
