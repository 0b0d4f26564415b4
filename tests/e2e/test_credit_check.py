"""A rule against overdue customers, in the browser: a delivery is blocked, released with a reason, and the case knows."""

import pytest

from .seed_facts import COMPANY

LATE = "Late & Sons"
REASON = "Paid by card at the counter"


@pytest.fixture
def delivery(desk) -> str:
	"""A draft for somebody whose oldest invoice is too old for the company's rule."""
	rule = {
		"doctype": "Credit Check Rule",
		"rule_name": "Nothing Over Ten Days",
		"enabled": 1,
		"condition_on": "Oldest Overdue",
		"threshold": 10,
		"action": "Block",
	}
	note = {
		"doctype": "Delivery Note",
		"company": COMPANY,
		"customer": LATE,
		"currency": "EUR",
		"conversion_rate": 1,
		"items": [{"item_code": "Consulting", "qty": 1, "rate": 100}],
	}
	desk.open("credit-check-rule")
	desk.ask("frappe.client.insert", doc=rule)
	return desk.ask("frappe.client.insert", doc=note)["name"]


def submit(desk) -> None:
	desk.page.locator(".page-head:visible .primary-action", has_text="Submit").click()
	desk.dialog.locator(".btn-primary:visible", has_text="Yes").click()
	desk.page.wait_for_function("!document.querySelector('.modal.show .frappe-confirm-message')")
	desk.idle()


def test_a_blocked_delivery_is_released(desk, delivery, case):
	desk.open_doc("Delivery Note", delivery)
	submit(desk)
	told = desk.page.locator(".msgprint", has_text="Release Reason")
	told.wait_for()
	assert "days overdue; 10 are allowed" in told.inner_text()
	assert [error[:3] for error in desk.errors] == ["417"]
	desk.errors.clear()
	assert desk.value("Delivery Note", delivery, "docstatus") == 0

	desk.dialog.locator(".btn-modal-close").click()
	desk.dialog.wait_for(state="hidden")
	field = desk.page.locator("[data-fieldname=collections_release_reason]:visible textarea")
	field.fill(REASON)
	field.press("Tab")
	desk.page.locator(".page-head:visible .primary-action", has_text="Save").click()
	desk.page.wait_for_function("!cur_frm.is_dirty()")
	desk.idle()
	submit(desk)
	desk.page.wait_for_function("cur_frm.doc.docstatus === 1")
	desk.open_doc("Collection Case", case)
	desk.page.locator(".case-timeline-filter [data-kind=delivery]").click()
	desk.page.locator(".case-timeline .case-event[data-kind=delivery]", has_text=REASON).wait_for()
