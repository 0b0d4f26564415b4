"""The outbox in the browser: failed and uncertain messages, settled from the list and from the form."""

import pytest

from .seed_facts import COMPANY

ERROR = "550 5.1.1 mailbox unavailable"


@pytest.fixture
def outbox(desk):
	"""The desk with a failed, an uncertain and a sent message, which are gone afterwards."""
	desk.open("collections")
	case = desk.names("Collection Case", customer="Late & Sons")[0]
	desk.made = {
		status: insert(desk, case, status, **values)
		for status, values in {
			"Failed": {"error": ERROR},
			"Uncertain": {"error": "The connection ended."},
			"Sent": {"sent_at": "2026-01-02 09:00:00", "replied_at": "2026-01-02 10:00:00"},
		}.items()
	}
	yield desk
	for name in desk.made.values():
		change(desk, name, status="Cancelled")
		desk.ask("frappe.client.delete", doctype="Collection Action", name=name)


def insert(desk, case: str, status: str, **values) -> str:
	action = {
		"doctype": "Collection Action",
		"company": COMPANY,
		"customer": "Late & Sons",
		"customer_name": "Late & Sons",
		"case": case,
		"status": status,
		"channel": "Email",
		"step_name": f"Step of {status}",
		"currency": "EUR",
		"action_key": f"{status}-{case}",
		**values,
	}
	return desk.ask("frappe.client.insert", doc=action)["name"]


def change(desk, name: str, **values) -> None:
	desk.ask("frappe.client.set_value", doctype="Collection Action", name=name, fieldname=values)


def status(desk, name: str) -> str:
	return desk.value("Collection Action", name, "status")


def show(desk, view: str) -> None:
	page = desk.page
	page.locator(".inner-group-button button", has_text="Show").click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text=view).click()
	desk.idle()


def test_retry_from_the_list(outbox):
	page = outbox.page
	outbox.open("collection-action", "view", "list")
	page.locator(".list-row").first.wait_for()
	show(outbox, "Messages That Failed")
	page.wait_for_function("cur_list.data.length === 2")
	rows = page.locator(".list-row-container .list-row").all_inner_texts()
	assert any("Failed" in row for row in rows) and any("Uncertain" in row for row in rows)
	page.locator(".list-header-subject .list-check-all:visible").check()
	page.locator(".actions-btn-group button:visible").click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text="Retry").click()
	told = outbox.dialog.locator(".modal-body")
	told.wait_for()
	assert "Late & Sons" in told.inner_text()
	assert "Only a failed message can be tried again; this one is Uncertain." in told.inner_text()
	assert status(outbox, outbox.made["Failed"]) == "Queued"
	assert status(outbox, outbox.made["Uncertain"]) == "Uncertain"


def test_answered_in_the_list(outbox):
	# the list remembers the filters of the last visit
	outbox.page.goto(f"{outbox.url}/app/collection-action/view/list?status=Sent")
	row = outbox.page.locator(".list-row", has_text="Step of Sent")
	row.wait_for()
	assert "Answered" in row.inner_text()


def test_uncertain_is_settled(outbox):
	name = outbox.made["Uncertain"]
	outbox.open_doc("Collection Action", name)
	page = outbox.page
	alert = page.locator(".form-message:visible, .form-dashboard-headline:visible").first
	alert.wait_for()
	assert "The connection ended." in alert.inner_text()
	assert "say what happened" in alert.inner_text()
	page.locator(".inner-group-button:visible button", has_text="What Happened").click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text="It Was Sent").click()
	page.wait_for_function("cur_frm.doc.status === 'Sent'")
	assert outbox.button("Retry").count() == 0


def test_failed_says_why_and_is_tried_again(outbox):
	name = outbox.made["Failed"]
	outbox.open_doc("Collection Action", name)
	page = outbox.page
	alert = page.locator(".form-message:visible, .form-dashboard-headline:visible").first
	alert.wait_for()
	assert ERROR in alert.inner_text()
	assert "try again" in alert.inner_text()
	outbox.button("Retry").click()
	page.wait_for_function("cur_frm.doc.status === 'Queued'")


def test_shortcut_counts_the_failed(outbox):
	outbox.open("collections")
	shortcut = outbox.page.locator(".shortcut-widget-box", has_text="Messages That Failed")
	shortcut.wait_for()
	outbox.page.wait_for_function(
		"""[...document.querySelectorAll('.shortcut-widget-box')].some(
			box => box.innerText.includes('Messages That Failed') && box.innerText.includes('2 to settle')
		)"""
	)
