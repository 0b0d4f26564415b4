"""The page Team in the browser: cases given to a colleague by ticking and by dragging, and an absence from its beginning to
its end."""

import pytest

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD, COMPANY
from .test_desk_cases import set_link

MANAGER = "Administrator"


@pytest.fixture
def team(desk):
	desk.open("collections-team")
	loaded(desk)
	return desk


def loaded(desk) -> None:
	for panel in ("portfolios", "targets", "absences", "cash", "activity"):
		desk.page.locator(f".team-panel[data-panel={panel}][aria-busy=false]").wait_for()
	desk.idle()
	assert desk.page.locator(".team-page [data-failed]").count() == 0


def row(desk, collector: str):
	return desk.page.locator(f"[data-row][data-collector='{collector}']")


def count(desk, collector: str) -> int:
	return int(row(desk, collector).locator("[data-label=Cases]").inner_text())


def show_cases(desk, collector: str):
	"""The first case of a collector's list, and its name."""
	button = row(desk, collector).locator("[data-cases]")
	if button.get_attribute("aria-expanded") != "true":
		# by keyboard: the button takes the focus and Enter opens the list
		button.focus()
		desk.page.keyboard.press("Enter")
	first = desk.page.locator("[data-case]").first
	first.wait_for()
	return first, first.get_attribute("data-case")


def holder(desk, case: str) -> str:
	return desk.value("Collection Case", case, "collector")


def give(desk) -> None:
	with desk.page.expect_response("**/collections_app.api.cases.reassign") as answer:
		desk.confirm()
	assert answer.value.ok, answer.value.text()
	loaded(desk)


def test_give_a_ticked_case(team):
	mine, theirs = count(team, MANAGER), count(team, COLLECTOR)
	first, case = show_cases(team, MANAGER)
	first.locator("input[type=checkbox]").check()
	team.page.locator(".team-cases-bar", has_text="1 chosen").wait_for()
	team.page.locator("[data-give]").click()
	set_link(team, "collector", COLLECTOR)
	give(team)
	assert holder(team, case) == COLLECTOR
	assert (count(team, MANAGER), count(team, COLLECTOR)) == (mine - 1, theirs + 1)


def test_drag_a_case(team):
	first, case = show_cases(team, MANAGER)
	first.drag_to(row(team, COLLECTOR))
	team.dialog.wait_for()
	team.page.wait_for_function(
		"who => window.cur_dialog && cur_dialog.get_value('collector') === who", arg=COLLECTOR
	)
	give(team)
	assert holder(team, case) == COLLECTOR


def test_absence_there_and_back(team):
	"""Entered on the page for today, the cases go to the deputy at once; *Is Back* brings them back."""
	page = team.page
	away = count(team, COLLECTOR)
	assert away
	page.locator("[data-panel=absences] button", has_text="New Absence").click()
	set_link(team, "collector", COLLECTOR)
	set_link(team, "deputy", MANAGER)
	page.evaluate("cur_dialog.set_value('to_date', frappe.datetime.add_days(frappe.datetime.get_today(), 5))")
	page.wait_for_function("Boolean(cur_dialog.get_value('to_date'))")
	team.confirm()
	[absence] = team.names("Collector Absence", collector=COLLECTOR)
	state = "async ([name, state]) => (await frappe.db.get_value('Collector Absence', name, 'status')).message.status === state"
	wait(team, state, [absence, "Running"])
	refresh(team)
	assert count(team, COLLECTOR) == 0
	row(team, COLLECTOR).locator(".team-away", has_text="Away until").wait_for()
	with page.expect_response("**/collections_app.api.team.end_absence") as answer:
		page.locator(f"[data-end='{absence}']").click()
	assert answer.value.ok, answer.value.text()
	wait(team, state, [absence, "Over"])
	refresh(team)
	assert count(team, COLLECTOR) == away
	page.locator("[data-panel=absences] [data-empty]").wait_for()


def wait(desk, condition: str, arg: list) -> None:
	"""Until the worker has done its job."""
	for _attempt in range(60):
		if desk.page.evaluate(condition, arg):
			return
		desk.page.wait_for_timeout(1000)
	raise AssertionError(f"{arg} did not come true")


def refresh(desk) -> None:
	desk.page.evaluate("frappe.pages['collections-team'].team.refresh()")
	loaded(desk)


def test_target(team):
	page = team.page
	page.locator("[data-panel=targets] button", has_text="New Target").click()
	set_link(team, "collector", COLLECTOR)
	set_link(team, "company", COMPANY)
	page.evaluate("cur_dialog.set_value('actions_to_do', 10)")
	page.wait_for_function("cint(cur_dialog.get_value('actions_to_do')) === 10")
	team.confirm()
	loaded(team)
	target = page.locator(".team-target")
	assert "of 10 actions done" in target.inner_text()
	assert target.locator("[role=progressbar]").count() == 1


def test_a_collector_sees_itself(browser, url):
	"""Own row and no colleague's, nothing to manage; a failed panel says so and does not blank the others."""
	from .desk import Desk

	context = browser.new_context(viewport={"width": 390, "height": 840})
	desk = Desk(context.new_page(), url)
	desk.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	page = desk.page
	page.route("**/collections_app.api.team.cash*", lambda route: route.abort())
	desk.open("collections-team")
	page.locator("[data-panel=cash] [data-failed]").wait_for()
	page.locator("[data-panel=portfolios] [data-row]").wait_for()
	assert page.locator("[data-row]").count() == 1
	assert page.locator("[data-panel=absences] .team-buttons button").count() == 0
	assert page.evaluate("document.documentElement.scrollWidth") <= 390
	page.unroute("**/collections_app.api.team.cash*")
	page.locator("[data-panel=cash] [data-retry]").click()
	page.locator("[data-panel=cash] [data-failed]").wait_for(state="detached")
	context.close()
