"""A day's work in the browser: the cycle run from the cockpit, a promise found broken, ten customers worked off the
worklist by keyboard alone, one of them reminded and insured from its own page, and the cockpit that moved."""

import os
import re

import pytest

from . import test_customer_360 as customer_360
from .conftest import served
from .seed_facts import BREAKING, COLLECTOR, COMPANY, DEBTORS
from .test_cockpit import figure, loaded, post_payment
from .test_cockpit import opened as open_cockpit
from .test_credit_reports import connect
from .test_worklist import PAGE, READY
from .test_worklist import opened as open_worklist

MOST_TABS = 40
CURRENT = f"{PAGE}.file.row.customer"

# the next customer nobody worked on stands there, or there is none
FOLLOWED = f"""name => {READY} && ({PAGE}.list.name !== name
	|| !{PAGE}.list.rows.some(one => one.case !== name && !one.worked))"""

insurer = customer_360.insurer


@pytest.fixture(scope="module")
def url(seeded):
	yield from served(seeded, "tests/e2e/seed_day.py")


def test_a_days_work(desk, insurer):
	morning(desk)
	run_the_cycle(desk)
	before = the_promise_is_broken(desk)
	ten_customers(desk)
	customer = remind(desk)
	insure(desk, insurer, customer)
	post_payment(desk, "Calling Ltd", 1000)
	evening(desk, before)


def figures(desk) -> dict:
	"""What the cockpit shows: amounts, counts by group, and its sentences."""
	page = desk.page
	texts = {
		"cash": page.locator(".cockpit-cash .cockpit-big").inner_text(),
		"disputes": page.locator("[data-panel=disputes] .cockpit-body").inner_text(),
		"news": page.locator("[data-panel=news] .cockpit-body").inner_text(),
	}
	groups = page.locator("[data-panel=promises] tr[data-group]")
	promises = {
		one.get_attribute("data-group"): int(one.locator("td").first.inner_text()) for one in groups.all()
	}
	return {**texts, "promises": promises, "overdue": figure(desk)}


def morning(desk) -> None:
	open_cockpit(desk)
	found = figures(desk)
	assert found["promises"]["late"] == 1
	assert "broken" not in found["news"]
	assert "No dispute is open" in found["disputes"]


def run_the_cycle(desk) -> None:
	page = desk.page
	sync = desk.button("Sync Now")
	sync.focus()
	page.keyboard.press("Enter")
	desk.dialog.locator(".modal-footer .btn-danger, .modal-footer .btn-primary").first.focus()
	page.keyboard.press("Enter")
	bar = page.locator(".cockpit-run [role=progressbar]")
	bar.wait_for()
	bar.wait_for(state="detached", timeout=120_000)
	[run] = desk.names("Collection Run", company=COMPANY)
	assert desk.value("Collection Run", run, "status").startswith("Completed")


def the_promise_is_broken(desk) -> dict:
	"""The ledger says so; the cockpit tells it in a sentence, and nothing past its day is left open. Returns its figures."""
	page = desk.page
	page.locator("[data-panel=news] li", has_text="1 promise was broken").wait_for()
	page.locator("[data-panel=promises] tr[data-group=late] td", has_text=re.compile("^0$")).wait_for()
	loaded(desk)
	assert desk.names("Promise to Pay", customer=BREAKING, status="Broken")
	return figures(desk)


def ten_customers(desk) -> None:
	"""Whoever is next is worked on as planned for them; anybody else is called and does not answer."""
	open_worklist(desk)
	page = desk.page
	work = {
		BREAKING: promised_again,
		DEBTORS[0]: reached,
		DEBTORS[1]: will_pay,
		DEBTORS[2]: call_back,
		DEBTORS[3]: promised,
		DEBTORS[4]: disputed,
		DEBTORS[5]: held,
		DEBTORS[6]: snoozed,
		DEBTORS[7]: mailed,
		DEBTORS[8]: approved,
		DEBTORS[9]: reassigned,
	}
	done = 0
	while work and done < 20:
		customer, case = page.evaluate(f"[{CURRENT}, {PAGE}.list.name]")
		work.pop(customer, no_answer)(desk, customer, case)
		page.wait_for_function(FOLLOWED, arg=case)
		desk.idle()
		done += 1
	assert not work, f"never came up: {list(work)}"
	# to give a case to somebody else is no work on the customer, so ten of the eleven count
	page.wait_for_function("() => parseInt(document.querySelector('[data-progress]').textContent) >= 10")


def press(desk, key: str) -> None:
	"""A key that opens a dialog, which is ready for the next one."""
	desk.page.keyboard.press(key)
	dialog_is_open(desk)


def dialog_is_open(desk) -> None:
	desk.page.wait_for_function(
		"window.cur_dialog && cur_dialog.display && cur_dialog.$wrapper.hasClass('show')"
	)


def type_into(desk, field: str, text: str) -> None:
	"""Tab until the field has the focus, then type."""
	page = desk.page
	for _press in range(MOST_TABS):
		if page.evaluate("document.activeElement.dataset.fieldname") == field:
			break
		page.keyboard.press("Tab")
	assert page.evaluate("document.activeElement.dataset.fieldname") == field
	page.keyboard.type(text)
	page.keyboard.press("Tab")
	desk.idle()


def finish(desk) -> None:
	"""The desk's key for the dialog's own button."""
	desk.page.wait_for_function("!cur_dialog.get_primary_btn().hasClass('disabled')")
	desk.page.keyboard.press("Control+s")
	desk.page.wait_for_function("() => !document.querySelector('.modal.show')")
	desk.idle()


def call(desk, outcome: str) -> None:
	press(desk, "c")
	desk.dialog.locator(".worklist-script p").first.wait_for()
	desk.page.keyboard.press(outcome)


def called(desk, case: str) -> list[str]:
	return desk.names("Communication", reference_name=case, communication_medium="Phone")


def reached(desk, customer: str, case: str) -> None:
	call(desk, "1")
	desk.dialog.wait_for(state="hidden")
	assert called(desk, case)


def no_answer(desk, customer: str, case: str) -> None:
	call(desk, "4")
	desk.dialog.wait_for(state="hidden")
	assert called(desk, case)


def will_pay(desk, customer: str, case: str) -> None:
	call(desk, "2")
	desk.dialog.locator("input[data-fieldname=due_on]").wait_for()
	dialog_is_open(desk)
	finish(desk)
	assert called(desk, case)
	assert desk.names("Promise to Pay", customer=customer, status="Open")


def promised_again(desk, customer: str, case: str) -> None:
	"""The broken promise is why the customer stands here; the call about it brings another."""
	assert "promise" in desk.page.locator(".worklist-reasons").inner_text().lower()
	will_pay(desk, customer, case)
	assert desk.names("Promise to Pay", customer=customer, status="Broken")


def call_back(desk, customer: str, case: str) -> None:
	call(desk, "3")
	day = desk.dialog.locator("[data-day]:visible").first
	day.wait_for()
	for _press in range(MOST_TABS):
		desk.page.keyboard.press("Tab")
		if day.evaluate("one => one === document.activeElement"):
			break
	desk.page.keyboard.press("Enter")
	desk.dialog.wait_for(state="hidden")
	assert called(desk, case)


def promised(desk, customer: str, case: str) -> None:
	press(desk, "p")
	finish(desk)
	assert desk.names("Promise to Pay", case=case, status="Open")


def disputed(desk, customer: str, case: str) -> None:
	[invoice] = desk.names("Sales Invoice", customer=customer)
	press(desk, "d")
	type_into(desk, "sales_invoice", invoice)
	type_into(desk, "reason", desk.names("Dispute Reason")[0])
	desk.page.wait_for_function(
		"cur_dialog.get_value('disputed_amount') > 0 && cur_dialog.get_value('reason')"
	)
	finish(desk)
	assert desk.names("Invoice Dispute", customer=customer, status="Open")


def held(desk, customer: str, case: str) -> None:
	press(desk, "h")
	type_into(desk, "reason", "Talks about a plan")
	finish(desk)
	assert desk.value("Collection Case", case, "pause_reason") == "Talks about a plan"


def snoozed(desk, customer: str, case: str) -> None:
	press(desk, "s")
	type_into(desk, "reason", "Back from the fair on Monday")
	finish(desk)
	assert desk.value("Collection Case", case, "snoozed_until")


def mailed(desk, customer: str, case: str) -> None:
	sent = set(desk.names("Collection Action", customer=customer))
	press(desk, "e")
	desk.dialog.frame_locator("iframe").get_by_text("5,500.00").first.wait_for()
	finish(desk)
	[mail] = set(desk.names("Collection Action", customer=customer)) - sent
	assert desk.value("Collection Action", mail, "channel") == "Email"


def approved(desk, customer: str, case: str) -> None:
	[message] = desk.names("Collection Action", customer=customer, status="Awaiting Approval")
	press(desk, "a")
	desk.dialog.frame_locator("iframe.letter-frame").get_by_text("5,000.00").first.wait_for()
	finish(desk)
	assert desk.value("Collection Action", message, "approved_by") == "Administrator"


def reassigned(desk, customer: str, case: str) -> None:
	press(desk, "r")
	type_into(desk, "collector", COLLECTOR)
	finish(desk)
	assert desk.value("Collection Case", case, "collector") == COLLECTOR


def remind(desk) -> str:
	"""The next customer's own page by key, and a letter from there. Returns the customer."""
	page = desk.page
	customer = page.evaluate(CURRENT)
	page.keyboard.press("o")
	page.locator(".c360-who h2", has_text=customer).wait_for()
	customer_360.ready(desk)
	sent = len(desk.names("Collection Action", customer=customer))
	press(desk, "e")
	desk.dialog.locator("select[data-fieldname=letter]").select_option("Friendly Reminder")
	page.wait_for_function(
		"() => !document.querySelector('.modal.show .btn-modal-primary').matches('.disabled')"
	)
	finish(desk)
	customer_360.panel(page, "timeline").locator(
		"[data-event=message]", has_text="Friendly Reminder ·"
	).wait_for()
	assert len(desk.names("Collection Action", customer=customer)) == sent + 1
	return customer


def insure(desk, insurer, customer: str) -> None:
	connect(desk, "Allianz", "allianz_trade", insurer, customer_360.CREDENTIALS)
	page = customer_360.open_page(desk, customer)
	page.keyboard.press("i")
	page.wait_for_function("() => document.activeElement.textContent.includes('Request Cover')")
	page.keyboard.press("Enter")
	dialog_is_open(desk)
	type_into(desk, "amount", "5000")
	finish(desk)
	customer_360.panel(page, "covers").get_by_text("5,000.00").first.wait_for()
	assert desk.names("Cover Request", customer=customer)


def evening(desk, before: dict) -> None:
	open_cockpit(desk)
	after = figures(desk)
	if folder := os.environ.get("SCREENSHOTS"):
		desk.page.screenshot(path=f"{folder}/days_work.png", full_page=True)
	assert round(before["overdue"] - after["overdue"]) == 1000
	assert after["cash"] != before["cash"]
	assert sum(after["promises"].values()) == sum(before["promises"].values()) + 3
	assert "1 open dispute" in after["disputes"]
	for told in (
		r"1 promise was broken",
		r"3 promises of .* were given",
		r"1 dispute was opened",
		r"came in, from",
		r"messages? went out",
		r"mostly Calling Ltd",
	):
		assert re.search(told, after["news"]), (told, after["news"])
