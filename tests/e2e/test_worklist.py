"""A day at the worklist in the browser: ten customers worked off by keyboard, errors told, and on a phone."""

import pytest

from .conftest import served
from .desk import Desk
from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD, DEBTORS

PAGE = "frappe.pages['collections-worklist']?.worklist"
# the file of the customer that is chosen is there, and nothing is under way
READY = f"(() => {{ const w = {PAGE}; return w && w.file.data && w.file.row.case === w.list.name }})()"


@pytest.fixture(scope="module")
def url(seeded):
	yield from served(seeded, "tests/e2e/seed_worklist.py")


@pytest.fixture
def worklist(desk):
	return opened(desk)


def opened(desk):
	desk.open("collections-worklist")
	ready(desk)
	return desk


def ready(desk) -> None:
	desk.page.wait_for_function(READY)
	desk.idle()


def at(desk, name: str) -> str:
	"""Waits until this customer's file is shown. Returns its case."""
	desk.page.wait_for_function(f"name => {READY} && {PAGE}.file.row.customer === name", arg=name)
	desk.idle()
	assert name in desk.page.locator(".worklist-head h2").inner_text()
	return desk.page.evaluate(f"{PAGE}.list.name")


def choose(desk, name: str) -> str:
	desk.page.locator(".worklist-row", has_text=name).click()
	case = at(desk, name)
	# keys are for the page, not for the row that was clicked
	desk.page.evaluate("document.activeElement.blur()")
	return case


def press(desk, key: str) -> None:
	desk.page.keyboard.press(key)
	desk.dialog.wait_for()
	# the dialog's own animation
	desk.page.wait_for_timeout(400)


def row(desk, name: str) -> str:
	return desk.page.locator(".worklist-row", has_text=name).inner_text()


def progress(desk) -> str:
	return desk.page.locator("[data-progress]").inner_text()


def test_ten_customers_by_keyboard(worklist):
	"""Each key once; the next customer stands there at once, and the day's progress counts them."""
	desk, page = worklist, worklist.page
	assert progress(desk).startswith("0 of 11 customers")

	case = at(desk, "Calling Ltd")
	assert page.locator(".worklist-contacts a[href='tel:+49305550000']").count() == 1
	press(desk, "c")
	script = desk.dialog.locator(".worklist-script")
	script.get_by_text("Collections Test").first.wait_for()
	assert "9,000.00" in script.inner_text()
	assert desk.dialog.locator("a[href='tel:+49305550000']").count() == 1
	page.keyboard.press("1")
	desk.dialog.wait_for(state="hidden")

	at(desk, "Will Pay Ltd")
	assert desk.names("Communication", reference_name=case, communication_medium="Phone")
	press(desk, "c")
	page.keyboard.press("2")
	desk.dialog.locator("input[data-fieldname=due_on]").first.wait_for()
	desk.confirm()
	at(desk, "Call Back Ltd")
	assert desk.names("Promise to Pay", customer="Will Pay Ltd", status="Open")

	press(desk, "c")
	page.keyboard.press("3")
	desk.dialog.locator("[data-day]:visible").first.click()
	desk.dialog.wait_for(state="hidden")
	case = at(desk, "Promise Direct Ltd")

	press(desk, "p")
	desk.dialog.locator("input[data-fieldname=due_on]").first.wait_for()
	desk.confirm()
	at(desk, "Disputing Ltd")
	assert desk.names("Promise to Pay", case=case, status="Open")

	press(desk, "d")
	page.evaluate(
		"cur_dialog.set_value('sales_invoice', cur_dialog.fields_dict.sales_invoice.df.options[0].value)"
	)
	page.wait_for_function("cur_dialog.get_value('disputed_amount') > 0")
	reason = desk.names("Dispute Reason")[0]
	page.evaluate("reason => cur_dialog.set_value('reason', reason)", reason)
	desk.idle()
	desk.confirm()
	case = at(desk, "Holding Ltd")
	assert desk.names("Invoice Dispute", customer="Disputing Ltd", status="Open")

	press(desk, "h")
	desk.dialog.locator("input[data-fieldname=reason]").fill("Talks about a plan")
	desk.confirm()
	at(desk, "Snoozing Ltd")
	assert desk.value("Collection Case", case, "pause_reason") == "Talks about a plan"

	press(desk, "s")
	desk.dialog.locator("input[data-fieldname=reason]").fill("Back from fair on Monday")
	desk.confirm()
	at(desk, "Mailing Ltd")

	press(desk, "e")
	desk.dialog.frame_locator("iframe").get_by_text("5,500.00").first.wait_for()
	desk.confirm()
	at(desk, "Approval Ltd")
	[mail] = desk.names("Collection Action", customer="Mailing Ltd")
	assert desk.value("Collection Action", mail, "channel") == "Email"

	press(desk, "a")
	desk.dialog.frame_locator("iframe.letter-frame").get_by_text("5,000.00").first.wait_for()
	desk.confirm()
	at(desk, "Reassigned Ltd")
	[message] = desk.names("Collection Action", customer="Approval Ltd")
	assert desk.value("Collection Action", message, "approved_by") == "Administrator"

	press(desk, "r")
	page.evaluate("user => cur_dialog.set_value('collector', user)", COLLECTOR)
	desk.idle()
	desk.confirm()
	at(desk, "Late & Sons")
	[case] = desk.names("Collection Case", customer="Reassigned Ltd")
	assert desk.value("Collection Case", case, "collector") == COLLECTOR

	page.wait_for_function(
		"document.querySelector('[data-progress]').textContent.startsWith('9 of 11 customers')"
	)
	assert "De-prioritised" in row(desk, "Will Pay Ltd")
	assert "Worked on today" in row(desk, "Calling Ltd")
	opened(desk)
	assert page.locator(".worklist-row", has_text="Snoozing Ltd").count() == 0
	page.locator("[data-class=Snoozed]").click()
	at(desk, "Snoozing Ltd")
	assert "Back from fair on Monday" in row(desk, "Snoozing Ltd")
	page.locator("[data-do=wake]").click()
	page.locator("[data-class='']").click()
	page.locator(".worklist-row", has_text="Snoozing Ltd").wait_for()


def test_moving_about(worklist):
	desk, page = worklist, worklist.page
	choose(desk, DEBTORS[0])
	second = page.locator(".worklist-row").nth(page.evaluate(f"{PAGE}.list.place") + 1)
	name = second.get_attribute("data-case")
	page.keyboard.press("j")
	page.wait_for_function(f"name => {READY} && {PAGE}.list.name === name", arg=name)
	page.keyboard.press("k")
	at(desk, DEBTORS[0])
	page.keyboard.press("?")
	desk.dialog.get_by_text("Next, previous customer").wait_for()
	desk.dialog.locator(".btn-modal-close").click()
	desk.dialog.wait_for(state="hidden")
	page.keyboard.press("/")
	page.keyboard.type("Holding")
	page.wait_for_function("document.querySelectorAll('.worklist-row').length === 1")
	at(desk, "Holding Ltd")
	# what is typed into a field is no command
	assert not desk.dialog.count()


def test_errors_are_told(worklist):
	desk, page = worklist, worklist.page
	choose(desk, "Disputing Ltd")
	press(desk, "s")
	page.evaluate("cur_dialog.set_value('until', frappe.datetime.get_today())")
	desk.dialog.locator("input[data-fieldname=reason]").fill("Too early")
	desk.dialog.locator(".btn-primary:visible").first.click()
	desk.dialog.get_by_text("Snooze until a day after today.").wait_for()
	desk.errors.clear()
	desk.dialog.locator(".btn-modal-close").click()
	desk.dialog.wait_for(state="hidden")

	page.route("**/api/method/collections_app.api.worklist.invoices**", lambda route: route.abort())
	choose(desk, "Holding Ltd")
	page.locator("[data-part=invoices] [data-failed]").wait_for()
	assert page.locator(".worklist-contacts").count() == 1
	page.unroute("**/api/method/collections_app.api.worklist.invoices**")
	page.locator("[data-part=invoices] [data-retry]").click()
	page.locator("[data-part=invoices] tbody tr").first.wait_for()

	page.route("**/api/method/collections_app.api.worklist.rows**", lambda route: route.abort())
	desk.button("Refresh").click()
	page.locator(".worklist-whole [data-failed]").wait_for()
	page.unroute("**/api/method/collections_app.api.worklist.rows**")
	page.locator(".worklist-whole [data-retry]").click()
	page.locator(".worklist-row").first.wait_for()
	ready(desk)


def test_nothing_waits_for_approval(worklist):
	choose(worklist, "Holding Ltd")
	worklist.page.keyboard.press("a")
	worklist.page.locator(".worklist-told", has_text="No message of this customer waits").wait_for()


def test_figures_move_without_losing_the_place(worklist):
	"""Somebody else records a promise: the row changes, the chosen customer stays."""
	desk, page = worklist, worklist.page
	choose(desk, "Late & Sons")
	[case] = desk.names("Collection Case", customer="Reassigned Ltd")
	before = row(desk, "Reassigned Ltd")
	assert "De-prioritised" not in before
	until = page.evaluate("frappe.datetime.add_days(frappe.datetime.get_today(), 5)")
	desk.ask("collections_app.api.cases.pause", case=case, until=until, reason="Talks")
	page.evaluate(f"{PAGE}.moved([])")
	page.locator(".worklist-row", has_text="Reassigned Ltd").get_by_text("De-prioritised").wait_for()
	at(desk, "Late & Sons")


def test_a_collector_sees_only_their_own(visitor):
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	opened(visitor)
	visitor.page.evaluate(f"{PAGE}.page.fields_dict.only_mine.set_value(1)")
	visitor.page.wait_for_function("document.querySelectorAll('.worklist-row').length === 1")
	at(visitor, "Reassigned Ltd")


def test_on_a_phone(browser, url):
	"""List and file are two views; the file has its way back."""
	context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
	desk = Desk(context.new_page(), url)
	desk.sign_in("Administrator", "admin")
	page = desk.page
	opened(desk)
	assert not page.locator(".worklist-side").is_visible()
	page.locator(".worklist-row", has_text="Holding Ltd").tap()
	at(desk, "Holding Ltd")
	assert not page.locator(".worklist-list").is_visible()
	page.locator("[data-do=call]").tap()
	desk.dialog.locator(".worklist-script p").first.wait_for()
	wide = page.evaluate("document.documentElement.scrollWidth")
	assert wide <= 390, wide
	desk.dialog.locator("[data-outcome='No Answer']").tap()
	desk.dialog.wait_for(state="hidden")
	ready(desk)
	page.locator("[data-back]").tap()
	page.locator(".worklist-row").first.wait_for()
	assert not page.locator(".worklist-side").is_visible()
	context.close()
	assert not desk.errors, desk.errors
