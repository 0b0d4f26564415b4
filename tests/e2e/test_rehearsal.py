"""The page Plan Rehearsal in the browser: the coming days of a plan, two plans side by side, nothing sent."""

import csv
import json

import pytest

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD, COMPANY

METHOD = "collections_app.api.rehearsal.rehearse"


@pytest.fixture
def rehearsal(desk):
	desk.open("plan-rehearsal")
	loaded(desk)
	return desk


def loaded(desk) -> None:
	desk.page.locator(".rehearsal-day").first.wait_for()
	desk.page.locator(".plan-rehearsal[aria-busy=false]").wait_for()
	desk.idle()


def choose(desk, **values) -> None:
	"""Set filters and wait for the rehearsal they ask for."""
	for field, value in values.items():
		with desk.page.expect_response(f"**/{METHOD}"):
			desk.page.evaluate(
				"([field, value]) => frappe.pages['plan-rehearsal'].rehearsal.page.fields_dict[field].set_value(value)",
				[field, value],
			)
	loaded(desk)


def figure(desk, key: str, side: int = 0) -> str:
	return (
		desk.page.locator(f"[data-side-panel='{side}'] [data-figure={key}] .figure-value")
		.inner_text()
		.strip()
	)


def rows(desk) -> list[str]:
	return desk.page.locator(".rehearsal-table tbody tr").all_inner_texts()


def test_calendar_and_table(rehearsal):
	page = rehearsal.page
	before = len(rehearsal.names("Collection Action"))
	assert page.locator(".rehearsal-day").count() == 30
	answer = rehearsal.ask(METHOD, company=COMPANY)
	side = answer["sides"][0]
	assert len(rows(rehearsal)) == min(100, side["row_count"]) > 3
	assert figure(rehearsal, "messages") == str(side["totals"]["messages"])
	assert figure(rehearsal, "calls") == str(side["totals"]["calls"])
	assert page.locator(".rehearsal-weeks tbody tr").count() == len(side["weeks"])

	busy = next(day for day in side["days"] if day["messages"] + day["calls"])
	cell = page.locator(f"[data-day='{busy['day']}']")
	cell.click()
	assert cell.get_attribute("aria-pressed") == "true"
	assert len(rows(rehearsal)) == sum(busy[kind] for kind in ("messages", "calls", "handed_over", "held"))
	page.locator("[data-all-days]").click()
	assert cell.get_attribute("aria-pressed") == "false"
	assert len(rows(rehearsal)) == min(100, side["row_count"])
	assert len(rehearsal.names("Collection Action")) == before

	page.locator(".rehearsal-table tbody a", has_text="Slow Brothers").first.click()
	page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Customer'")
	rehearsal.idle()


def test_filters(rehearsal):
	choose(rehearsal, customer="Slow Brothers", days="14")
	assert rehearsal.page.locator(".rehearsal-day").count() == 14
	texts = rows(rehearsal)
	assert texts and all("Slow Brothers" in text for text in texts)
	assert figure(rehearsal, "customers") == "1"
	choose(rehearsal, expected_payments=1)
	assert "taken as paid" in rehearsal.page.locator(".rehearsal-heading").inner_text()


def test_two_plans_side_by_side(rehearsal):
	page = rehearsal.page
	choose(rehearsal, compare_with="Key Account")
	page.locator(".rehearsal-two").wait_for()
	answer = rehearsal.ask(METHOD, company=COMPANY, compare_with="Key Account")
	first, second = (side["totals"] for side in answer["sides"])
	assert first != second
	for side, totals in enumerate((first, second)):
		for key in ("messages", "calls", "customers"):
			assert figure(rehearsal, key, side) == str(totals[key])
	assert page.locator("[data-side-panel='1'] .rehearsal-weeks tbody tr").count() == len(
		answer["sides"][1]["weeks"]
	)
	page.locator(".rehearsal-table [data-tab='1']").click()
	texts = rows(rehearsal)
	assert len(texts) == answer["sides"][1]["row_count"]
	assert all("Key Account" in text for text in texts)
	boxes = [page.locator(f"[data-side-panel='{side}']").bounding_box() for side in (0, 1)]
	assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]


def test_from_the_plan_and_nothing_to_show(desk):
	page = desk.page
	desk.open_doc("Dunning Plan", "Key Account")
	desk.button("Rehearse").first.click()
	page.wait_for_url("**/plan-rehearsal")
	page.locator(".rehearsal-empty", has_text="catches no customer today").wait_for()
	assert page.evaluate("frappe.pages['plan-rehearsal'].rehearsal.values.plan") == "Key Account"
	# a second visit takes the next plan
	desk.open_doc("Dunning Plan", "Standard")
	desk.button("Rehearse").first.click()
	page.locator(".rehearsal-side h4", has_text="Standard").wait_for()
	loaded(desk)


def test_export(rehearsal):
	with rehearsal.page.expect_download() as download:
		rehearsal.page.evaluate("frappe.pages['plan-rehearsal'].rehearsal.export_csv()")
	with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
		lines = list(csv.DictReader(file))
	answer = rehearsal.ask(METHOD, company=COMPANY)["sides"][0]
	assert len(lines) == answer["row_count"]
	assert [line["Customer"] for line in lines] == [row["customer"] for row in answer["rows"]]
	assert [float(line["Amount"]) for line in lines] == [row["total"] for row in answer["rows"]]


def test_an_error_is_told_and_can_be_tried_again(rehearsal):
	page = rehearsal.page
	message = json.dumps([json.dumps({"message": "Plan <b>X</b> is for company Y"})])
	refuse = {
		"status": 417,
		"content_type": "application/json",
		"body": json.dumps({"exc_type": "ValidationError", "_server_messages": message}),
	}
	page.route(f"**/{METHOD}", lambda route: route.fulfill(**refuse))
	rehearsal.button("Refresh").first.click()
	page.locator(".rehearsal-error", has_text="Plan X is for company Y").wait_for()
	page.unroute(f"**/{METHOD}")
	page.locator("[data-retry]").click()
	loaded(rehearsal)
	assert len(rehearsal.errors) == 1 and "417" in rehearsal.errors[0]
	rehearsal.errors.clear()


def test_a_collector_may_rehearse(visitor):
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	visitor.open("plan-rehearsal")
	loaded(visitor)
	assert rows(visitor)
