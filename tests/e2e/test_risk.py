"""Risk in the browser: the editor of scorecards with its preview, a backtest, a customer's exposure, the largest risks."""

import pytest

from .seed_facts import COMPANY

CARD = "Standard Scorecard"


@pytest.fixture
def form(desk):
	desk.open_doc("Risk Scorecard", CARD)
	desk.page.locator("[data-fieldname=preview] .risk-note").wait_for()
	desk.idle()
	return desk


def preview(desk) -> str:
	return desk.page.locator("[data-fieldname=preview]").inner_text()


def test_a_stricter_curve_is_seen_before_it_is_saved(form):
	page = form.page
	assert "No customer would change its band" in preview(form)
	page.locator("[data-fieldname=factors] .grid-body .grid-row .grid-row-check").nth(3).click()
	page.get_by_role("button", name="Edit Curve").first.click()
	form.dialog.locator("select[data-fieldname=preset]").select_option("Strict")
	form.dialog.locator(".btn-primary:visible").first.click()
	page.wait_for_function("cur_frm.doc.factors[3].curve")
	page.evaluate("cur_frm.set_value('band_a_from', 100)")
	page.wait_for_function(
		"/would move to a better band/.test(document.querySelector('[data-fieldname=preview]').innerText)"
	)
	form.idle()
	assert form.value("Risk Scorecard", CARD, "band_a_from") == 80


def test_the_curve_that_counts_is_shown(form):
	rows = form.page.locator("[data-fieldname=factors] .grid-body .grid-row")
	days_late = rows.filter(has_text="Days paid late").first
	assert "0: 100, 15: 70" in days_late.inner_text()
	rules = form.page.locator("[data-fieldname=hard_rules] .grid-body .grid-row")
	threshold = "[data-fieldname=threshold]"
	assert rules.filter(has_text="Insolvency known").locator(threshold).inner_text().strip() == ""
	assert rules.filter(has_text="overdue for more days").locator(threshold).inner_text().strip() == "90"


def test_what_cannot_be_used_is_told_at_once(form):
	page = form.page
	page.evaluate(
		"frappe.model.set_value('Risk Scorecard Factor', cur_frm.doc.factors[0].name, 'curve', '5: 1, 3: 1')"
	)
	page.locator("[data-fieldname=preview] .text-danger").wait_for()
	assert "3 comes after 5" in preview(form)


def test_a_backtest_of_a_short_history_says_so(desk):
	desk.open("risk-backtest")
	# the list's script must have come before the page is left
	desk.idle()
	doc = {"doctype": "Risk Backtest", "scorecard": CARD, "company": COMPANY}
	name = desk.ask("frappe.client.insert", doc=doc)["name"]
	desk.open_doc("Risk Backtest", name)
	desk.button("Start").click()
	desk.page.wait_for_function("cur_frm.doc.status === 'Too Little History'", timeout=120_000)
	assert "days are needed" in desk.value("Risk Backtest", name, "message")


def test_a_customers_exposure_is_one_bar(desk):
	desk.open_doc("Customer", "Late & Sons")
	desk.page.locator(".form-tabs .nav-link:visible", has_text="Collections").click()
	bar = desk.page.locator("[data-exposure]")
	bar.locator(".exposure-total").wait_for()
	text = bar.inner_text()
	assert "1,500.50" in text and "No credit limit" in text and "Not insured" in text
	assert bar.locator(".exposure-parts > div").count() == 2
	desk.idle()


def test_the_largest_risks_stand_above_the_exposures(desk):
	desk.open("query-report", "Credit Exposure")
	news = desk.page.locator(".exposure-news")
	news.get_by_role("link", name="Late & Sons").first.click()
	desk.page.wait_for_function("window.cur_frm && cur_frm.doc.name === 'Late & Sons'")
	desk.idle()
