"""The demo's text messages and letters: plans that write them, and what became of them at the providers."""

from sandbox.company.at_providers import TEXTED_GROUP

# plan, the customers it is for, how it writes
PLANS = (
	("By Text Message", TEXTED_GROUP, "SMS"),
	("By Post", "Public Sector", "Letter"),
)
LETTER = "Payment Reminder"
# after the due date; before their providers are connected, nothing is so late
REMINDED_AFTER, NEVER = 3, 3650
CARRIERS = ("Twilio", "Pingen")


def add_plans(company: str) -> None:
	"""Some customers are reminded by text message, some by post; all others by the app's own plans. What is there stays."""
	import frappe

	for name, group, channel in PLANS:
		if frappe.db.exists("Dunning Plan", name):
			continue
		step = {
			"step_name": f"Reminder {name.lower()}",
			"trigger_days": NEVER,
			"channel": channel,
			"letter": LETTER,
		}
		frappe.get_doc(
			{
				"doctype": "Dunning Plan",
				"plan_name": name,
				"for_company": company,
				"priority": 5,
				"conditions": [{"fact": "Customer Group", "operator": "=", "value": group}],
				"steps": [step],
			}
		).insert()
	frappe.db.commit()


def begin() -> None:
	"""From now on these plans remind."""
	import frappe

	for name, _group, _channel in PLANS:
		plan = frappe.get_doc("Dunning Plan", name)
		plan.steps[0].trigger_days = REMINDED_AFTER
		plan.save()
	frappe.db.commit()


def follow(prompt) -> None:
	"""The providers deliver; the next sync of their connections brings it."""
	from collections_app.services.connectors.sync import sync_connector

	prompt.deliver()
	for name in CARRIERS:
		sync_connector(name)


def carried() -> dict[str, dict[str, int]]:
	"""Connection -> status -> messages."""
	import frappe

	counts: dict[str, dict[str, int]] = {}
	for connector, status in frappe.get_all(
		"Collection Action",
		filters={"connector": ["in", CARRIERS]},
		fields=["connector", "status"],
		order_by="connector, status",
		as_list=True,
	):
		states = counts.setdefault(connector, {})
		states[status] = states.get(status, 0) + 1
	return counts
