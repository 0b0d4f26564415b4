"""Cash Review in the browser: payments decided by one key, split over invoices, and taken back."""

import json

import pytest

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD

API = "collections_app.api.cash"


@pytest.fixture
def review(desk):
	desk.open("cash-review")
	loaded(desk)
	return desk


def loaded(desk) -> None:
	desk.page.locator(".cash-review[aria-busy=false]").wait_for()
	desk.page.locator(".cash-review:not(.review-busy)").wait_for()
	desk.idle()


def choose(desk, payer: str) -> str:
	row = desk.page.locator(".review-row", has_text=payer)
	row.click()
	desk.page.locator(".review-head", has_text=payer).wait_for()
	desk.idle()
	# keys are for the page, not for the button that was clicked
	desk.page.evaluate("document.activeElement.blur()")
	return row.get_attribute("data-match")


def count(desk) -> int:
	return int(desk.page.locator("[data-count]").inner_text().split()[0])


def press(desk, key: str, method: str) -> None:
	with desk.page.expect_response(f"**/{API}.{method}") as answer:
		desk.page.keyboard.press(key)
	assert answer.value.ok, answer.value.text()
	loaded(desk)


def match(desk, name: str) -> dict:
	return desk.ask("frappe.client.get", doctype="Cash Match", name=name)


def undo(desk, name: str) -> None:
	press(desk, "z", "undo")
	found = match(desk, name)
	assert (found["status"], found.get("payment_entry")) == ("Undone", None)
	desk.page.locator(f"[data-match='{name}'][aria-current=true]").wait_for()


def test_accept_by_key_and_undo(review):
	page = review.page
	before = count(review)
	name = choose(review, "Northern Lights")
	assert page.locator(".review-remittance mark").count() == 1
	assert "99 % sure" in page.locator(".review-proposal").first.inner_text()
	press(review, "Enter", "accept_proposal")
	assert count(review) == before - 1
	assert page.locator(f"[data-match='{name}']").count() == 0
	found = match(review, name)
	entry = review.ask("frappe.client.get", doctype="Payment Entry", name=found["payment_entry"])
	assert (found["status"], entry["paid_amount"], entry["docstatus"]) == ("Applied", 480, 1)
	assert review.value("Bank Transaction", found["bank_transaction"], "status") == "Reconciled"
	assert len(review.names("Payer Alias", customer="Northern Lights")) == 1
	undo(review, name)
	assert count(review) == before
	assert review.value("Payment Entry", entry["name"], "docstatus") == 2
	assert review.value("Bank Transaction", found["bank_transaction"], "status") == "Unreconciled"
	assert review.names("Payer Alias", customer="Northern Lights") == []


def test_discount_is_booked(review):
	name = choose(review, "Quick Discounters")
	assert "discount" in review.page.locator(".review-proposal tbody").first.inner_text()
	press(review, "a", "accept_proposal")
	entry = review.ask(
		"frappe.client.get", doctype="Payment Entry", name=match(review, name)["payment_entry"]
	)
	assert [(row["account"], row["amount"]) for row in entry["deductions"]] == [("Sales Expenses - CT", 20)]
	assert entry["references"][0]["allocated_amount"] == 1000
	undo(review, name)


def test_split(review):
	page = review.page
	name = choose(review, "Harbour and Co")
	page.keyboard.press("s")
	page.locator(".review-customer input").wait_for()
	page.evaluate("frappe.pages['cash-review'].review.detail.allocation.control.set_value('Harbour & Co')")
	lines = page.locator(".review-items tbody tr")
	lines.nth(2).wait_for()
	assert lines.count() == 3

	def left() -> float:
		return float(page.locator("[data-left]").get_attribute("data-left"))

	assert left() == 790
	page.locator(".review-items tr", has_text="credit note").locator("[data-choose]").check()
	assert left() == 840
	page.locator(".review-items tr", has_text="600.00").locator("[data-choose]").check()
	assert left() == 240
	page.locator(".review-items tr", has_text="250.00").locator("[data-choose]").check()
	assert left() == 0
	page.locator(".review-items tr", has_text="250.00").locator("[data-kind]").select_option("fee")
	page.locator("[data-amount]").nth(0).press("Tab")
	with page.expect_response(f"**/{API}.allocate") as answer:
		page.locator("[data-apply]").click()
	assert answer.value.ok, answer.value.text()
	loaded(review)
	entry = review.ask(
		"frappe.client.get", doctype="Payment Entry", name=match(review, name)["payment_entry"]
	)
	assert sorted(row["allocated_amount"] for row in entry["references"]) == [-50, 250, 600]
	assert [(row["account"], row["amount"]) for row in entry["deductions"]] == [("Bank Charges - CT", 10)]
	assert entry["unallocated_amount"] == 0
	undo(review, name)


def test_booked_before(review):
	page = review.page
	name = choose(review, "Punctual Printers")
	assert "Booked already" in page.locator(".review-proposal").first.inner_text()
	press(review, "Enter", "accept_proposal")
	found = match(review, name)
	assert (found["status"], found["voucher_type"]) == ("Applied", "Payment Entry")
	assert review.value("Payment Entry", found["voucher"], "clearance_date")
	press(review, "z", "undo")
	assert match(review, name)["status"] == "Undone"
	assert review.value("Payment Entry", found["voucher"], "docstatus") == 1


def test_taken_back_by_the_bank(review):
	page = review.page
	name = choose(review, "Bounced Cheques")
	assert "MD06" in page.locator(".review-head").inner_text()
	assert page.locator("[data-do=split]").count() == 0
	page.keyboard.press("s")
	page.keyboard.press("o")
	assert page.locator(".review-allocation").inner_text() == ""
	assert "3.50" in page.locator(".review-proposal").first.inner_text()
	press(review, "a", "accept_proposal")
	found = match(review, name)
	assert (found["status"], found["voucher_type"]) == ("Applied", "Journal Entry")
	invoice = review.names("Sales Invoice", customer="Bounced Cheques")[0]
	assert review.value("Sales Invoice", invoice, "outstanding_amount") == 150
	press(review, "z", "undo")
	assert review.value("Sales Invoice", invoice, "outstanding_amount") == 0


def test_set_aside_and_neighbours(review):
	page = review.page
	before = count(review)
	name = choose(review, "Sunny Insurance")
	assert "No open invoice fits" in page.locator(".review-proposals").inner_text()
	press(review, "n", "not_a_customer")
	assert match(review, name)["status"] == "No Customer"
	assert count(review) == before - 1
	undo(review, name)
	first = page.locator(".review-row").first.get_attribute("data-match")
	page.locator(".review-row").first.click()
	page.evaluate("document.activeElement.blur()")
	page.keyboard.press("j")
	chosen = page.locator(".review-row[aria-current=true]")
	assert chosen.get_attribute("data-match") != first
	page.keyboard.press("k")
	assert chosen.get_attribute("data-match") == first
	review.idle()


def test_many_at_once(review):
	page = review.page
	before = count(review)
	review.button("Accept Sure Ones").first.click()
	review.dialog.locator("b", has_text="payments").wait_for()
	names = review.ask(f"{API}.surer_than", confidence=95)["names"]
	assert len(names) == 3
	with page.expect_response(f"**/{API}.accept_many") as answer:
		review.dialog.locator(
			".modal-footer .btn-primary:visible, .modal-header .btn-primary:visible"
		).first.click()
	assert sorted(answer.value.json()["message"]["accepted"]) == sorted(names)
	page.locator("[data-count]", has_text=str(before - 3)).wait_for()
	loaded(review)
	for name in names:
		review.ask(f"{API}.undo", match=name)


def test_filters_and_nothing_to_show(review):
	page = review.page
	page.evaluate("frappe.pages['cash-review'].review.page.fields_dict.amount_from.set_value(900)")
	page.locator("[data-count]", has_text="1 payment").wait_for()
	assert "Quick Discounters" in page.locator(".review-rows").inner_text()
	page.evaluate("frappe.pages['cash-review'].review.page.fields_dict.amount_from.set_value(9000)")
	page.locator("[data-empty]", has_text="No payment fits").wait_for()
	page.evaluate("frappe.pages['cash-review'].review.page.fields_dict.amount_from.set_value(0)")
	page.locator(".review-row").first.wait_for()
	loaded(review)


def test_an_error_is_told_and_nothing_is_lost(review):
	page = review.page
	before = count(review)
	name = choose(review, "Northern Lights")
	message = json.dumps([json.dumps({"message": "The <b>books</b> are closed"})])
	refuse = {
		"status": 417,
		"content_type": "application/json",
		"body": json.dumps({"exc_type": "ValidationError", "_server_messages": message}),
	}
	page.route(f"**/{API}.accept_proposal", lambda route: route.fulfill(**refuse))
	page.keyboard.press("Enter")
	page.locator(".review-told [role=alert]", has_text="The books are closed").wait_for()
	page.unroute(f"**/{API}.accept_proposal")
	assert count(review) == before and page.locator(f"[data-match='{name}']").count() == 1
	assert len(review.errors) == 1 and "417" in review.errors[0]
	review.errors.clear()


def test_from_the_list(desk):
	desk.open("cash-match")
	desk.idle()
	desk.button("Cash Review").first.click()
	desk.page.wait_for_url("**/cash-review")
	loaded(desk)
	assert count(desk) == 6


def test_a_collector_may_review(visitor):
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	visitor.open("cash-review")
	loaded(visitor)
	assert count(visitor) == 6
