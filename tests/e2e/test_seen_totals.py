"""Who sees some customers only: lists of what is of all of them are empty and say why."""

import pytest

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD

LISTS = (
	"receivables-snapshot",
	"collection-run",
	"payment-model",
	"risk-model",
	"risk-backtest",
	"online-payout",
)
WHY = "you do not see all of them"


@pytest.fixture
def restricted(desk, visitor):
	"""The collector, who may see one customer."""
	desk.open("collections")
	rule = desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "User Permission",
			"user": COLLECTOR,
			"allow": "Customer",
			"for_value": "Late & Sons",
			"apply_to_all_doctypes": 1,
		},
	)
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	yield visitor
	desk.ask("frappe.client.delete", doctype="User Permission", name=rule["name"])


def test_lists(restricted):
	for route in LISTS:
		restricted.open(route)
		restricted.page.locator(".no-result:visible", has_text=WHY).first.wait_for()
		assert restricted.page.locator(".list-row:visible").count() == 0


def test_who_sees_all(desk):
	desk.open("receivables-snapshot")
	desk.page.locator(".list-row:visible").first.wait_for()
	desk.open("risk-backtest")
	desk.page.locator(".no-result:visible").first.wait_for()
	desk.idle()
	assert desk.page.locator(".no-result:visible", has_text=WHY).count() == 0
