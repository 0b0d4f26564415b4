"""The Collections Cockpit in the browser: figures that move by themselves, and open what is behind them."""

import json
import re

import pytest

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD, COMPANY

API = "collections_app.api.cockpit"
PANELS = ("news", "cash", "indicators", "ageing", "promises", "movers", "disputes", "feeds")


@pytest.fixture
def cockpit(desk):
	return opened(desk)


def opened(desk):
	desk.open("collections-cockpit")
	loaded(desk)
	return desk


def loaded(desk, *names: str) -> None:
	for name in names or PANELS:
		desk.page.locator(f"[data-panel={name}][aria-busy=false]").wait_for()
	desk.idle()


def figure(desk, name: str = "overdue") -> float:
	text = desk.page.locator(f"[data-figure={name}] .tile-value").inner_text()
	return float(re.sub(r"[^\d.]", "", text.replace(",", "")))


def post_payment(desk, customer: str, amount: float) -> None:
	"""As another window would: by the API, nothing of this page is touched."""
	invoice = desk.ask(
		"frappe.client.get_list",
		doctype="Sales Invoice",
		filters={"customer": customer, "outstanding_amount": [">", amount]},
		limit_page_length=1,
	)[0]["name"]
	method = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"
	entry = desk.ask(method, dt="Sales Invoice", dn=invoice, party_amount=amount)
	entry.update({"reference_no": "cockpit", "reference_date": entry["posting_date"]})
	desk.ask("frappe.client.submit", doc=entry)


def test_figures_move_when_a_payment_is_posted(cockpit):
	before, cash = figure(cockpit), cockpit.page.locator(".cockpit-cash .cockpit-big").inner_text()
	assert before > 1200
	post_payment(cockpit, "Late & Sons", 200)
	cockpit.page.wait_for_function(
		"""before => {
			const text = document.querySelector('[data-figure=overdue] .tile-value').innerText;
			return Number(text.replace(/[^0-9]/g, '')) === Math.round(before - 200);
		}""",
		arg=before,
	)
	loaded(cockpit)
	assert cockpit.page.locator(".cockpit-cash .cockpit-big").inner_text() != cash


def test_what_moved_meanwhile_is_told_on_return(cockpit):
	before = figure(cockpit)
	cockpit.page.evaluate("frappe.set_route('List', 'Collection Case')")
	cockpit.page.locator(".list-row").first.wait_for()
	post_payment(cockpit, "Late & Sons", 100)
	cockpit.page.wait_for_timeout(1500)
	with cockpit.page.expect_response(f"**/{API}.indicators*"):
		cockpit.page.evaluate("frappe.set_route('collections-cockpit')")
	loaded(cockpit)
	cockpit.page.wait_for_function(
		"""before => Number(document.querySelector('[data-figure=overdue] .tile-value').innerText
			.replace(/[^0-9]/g, '')) === Math.round(before - 100)""",
		arg=before,
	)
	left_lists(cockpit)


def test_overdue_opens_its_cases(cockpit):
	customers = cockpit.page.locator("[data-figure=overdue] .cockpit-note").first.inner_text()
	cockpit.page.locator("[data-figure=overdue] .tile-value").click()
	cockpit.page.locator(".list-row").first.wait_for()
	cockpit.idle()
	found = cockpit.page.evaluate("cur_list.get_filters_for_args().map(one => one.slice(1, 4))")
	assert ["status", "=", "Open"] in found and ["overdue", ">", 0] in found
	assert ["company", "in", [COMPANY]] in found
	count = cockpit.ask(
		"frappe.client.get_count", doctype="Collection Case", filters={"status": "Open", "overdue": [">", 0]}
	)
	assert customers.startswith(f"{count} customer")
	left_lists(cockpit)


def test_each_figure_opens_what_is_behind_it(cockpit):
	"""Every link of the page, one for each list, report or form."""
	page = cockpit.page
	links = page.locator(".collections-cockpit a[data-route]")
	routes = {}
	for number in range(links.count()):
		routes.setdefault(links.nth(number).get_attribute("data-route"), number)
	assert len(routes) >= 6
	for route in routes:
		link = page.locator(f".collections-cockpit a[data-route='{route}']").first
		assert link.get_attribute("href").startswith(("/app/", "/desk/"))
		link.click()
		page.wait_for_function("() => frappe.get_route()[0] !== 'collections-cockpit'")
		cockpit.idle()
		assert page.locator(".modal.show").count() == 0, route
		wanted = json.loads(route)
		got = page.evaluate("frappe.get_route()")
		assert got[: min(len(wanted), 2)] == wanted[:2], (wanted, got)
		assert page.locator("text=Not found").count() == 0
		page.evaluate("frappe.set_route('collections-cockpit')")
		page.wait_for_function("() => frappe.get_route()[0] === 'collections-cockpit'")
		loaded(cockpit)
	left_lists(cockpit)


def left_lists(desk) -> None:
	"""The framework's own list, report and sidebar complain when one goes on before they have loaded all of theirs."""
	theirs = ("(reading 'parent')", "(reading 'filters')", "(reading 'sidebar')")
	desk.errors[:] = [error for error in desk.errors if not error.endswith(theirs)]


def test_by_keyboard(cockpit):
	"""From the filters on, every figure is reached with Tab and opened with Enter."""
	page = cockpit.page
	page.locator(".page-form select:visible").first.focus()
	for _press in range(60):
		page.keyboard.press("Tab")
		if page.evaluate("document.activeElement.closest('[data-figure=overdue]') !== null"):
			break
	assert page.evaluate("document.activeElement.classList.contains('tile-value')")
	outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
	assert outline != "none"
	page.keyboard.press("Enter")
	page.wait_for_function("() => frappe.get_route()[1] === 'Collection Case'")
	left_lists(cockpit)


def test_movers_of_another_time(cockpit):
	with cockpit.page.expect_response(f"**/{API}.movers*days=30*") as answer:
		cockpit.page.locator(".cockpit-movers select").select_option("30")
	assert answer.value.ok
	loaded(cockpit, "movers")


def test_the_period_is_that_of_the_lines(cockpit):
	page = cockpit.page
	label = page.locator("[data-figure=dso] svg")
	assert label.count() == 1
	before = label.get_attribute("aria-label")
	with page.expect_response(f"**/{API}.indicators*period=30*"):
		page.locator("select[data-fieldname=period]").select_option("30")
	loaded(cockpit)
	assert page.locator("[data-figure=dso]").inner_text() != before


def test_one_panel_in_trouble_leaves_the_others(desk):
	page = desk.page
	page.route(f"**/{API}.ageing*", lambda route: route.abort())
	opened(desk)
	trouble = page.locator("[data-panel=ageing] [data-failed]")
	trouble.wait_for()
	assert "server" in trouble.inner_text()
	assert page.locator("[data-failed]").count() == 1
	page.unroute(f"**/{API}.ageing*")
	trouble.locator("[data-retry]").click()
	page.locator("[data-panel=ageing] .cockpit-band").first.wait_for()


def test_sync_now_shows_how_far_it_is(cockpit):
	page = cockpit.page
	cockpit.button("Sync Now").click()
	cockpit.dialog.wait_for()
	assert COMPANY in cockpit.dialog.inner_text()
	cockpit.dialog.locator(".modal-footer .btn-primary, .modal-footer .btn-danger").first.click()
	bar = page.locator(".cockpit-run [role=progressbar]")
	bar.wait_for()
	assert COMPANY in bar.get_attribute("aria-label")
	bar.wait_for(state="detached", timeout=120_000)
	loaded(cockpit)
	[run] = cockpit.names("Collection Run", company=COMPANY)
	assert cockpit.value("Collection Run", run, "status").startswith("Completed")
	assert "last run" in page.locator(".cockpit-as-of").inner_text()


def test_digest_is_shown(cockpit):
	page = cockpit.page
	cockpit.page.evaluate("cur_page.page.page.menu.find('a:contains(\"Digest\")').first().click()")
	frame = page.frame_locator(".modal.show iframe.letter-frame")
	frame.locator("text=Promises Kept").wait_for()
	assert frame.locator("img").count() >= 1


def test_a_collector_starts_nothing(visitor):
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	opened(visitor)
	assert visitor.button("Sync Now").count() == 0
	assert figure(visitor) > 0


def test_on_a_phone(cockpit):
	"""Nothing is wider than the screen."""
	cockpit.page.set_viewport_size({"width": 390, "height": 844})
	opened(cockpit)
	width = cockpit.page.evaluate("document.querySelector('.collections-cockpit').scrollWidth")
	assert width <= 390
