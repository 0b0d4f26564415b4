"""The demo's people: collectors with a portfolio each, their team, targets for the month, an absence to come."""

from datetime import timedelta

TEAM = "Receivables"
# first name, last name, the countries whose customers are theirs, cash to collect in a month
COLLECTORS = (
	("Ann", "Keller", ("Germany",), 400_000),
	("Bob", "Marsh", ("United Kingdom",), 60_000),
	("Carla", "Diaz", ("France", "Spain"), 200_000),
)
ACTIONS_TO_DO = 20
# the app's own, and one of ERPNext's to read customers and invoices with
ROLES = ("Collector", "Accounts User")


def user_of(first_name: str, last_name: str) -> str:
	return f"{first_name}.{last_name}@lumen-trading.example.com".lower()


def set_up(company: str, customers: list[str], today) -> None:
	"""What is there stays. A customer goes to a collector as its account manager; the app makes its case theirs."""
	import frappe

	for first_name, last_name, countries, cash in COLLECTORS:
		user = _user(first_name, last_name)
		unclaimed = {
			"name": ["in", customers],
			"territory": ["in", countries],
			"account_manager": ["is", "not set"],
		}
		frappe.db.set_value("Customer", unclaimed, "account_manager", user)
		_target(company, user, cash, today)
	if not frappe.db.exists("User Group", TEAM):
		members = [{"user": user_of(*one[:2])} for one in COLLECTORS]
		frappe.get_doc({"doctype": "User Group", "__newname": TEAM, "user_group_members": members}).insert()
	_absence(user_of(*COLLECTORS[2][:2]), user_of(*COLLECTORS[1][:2]), today)
	frappe.db.commit()


def own_what_was_noted(company: str) -> None:
	"""Promises and disputes of the days before were taken down by who works the customer."""
	import frappe

	for first_name, last_name, countries, _cash in COLLECTORS:
		theirs = frappe.get_all("Customer", {"territory": ["in", countries]}, pluck="name")
		noted = {"company": company, "customer": ["in", theirs], "creation": ["<", frappe.utils.nowdate()]}
		for doctype in ("Promise to Pay", "Invoice Dispute"):
			frappe.db.set_value(
				doctype, noted, "owner", user_of(first_name, last_name), update_modified=False
			)
	frappe.db.commit()


def _user(first_name: str, last_name: str) -> str:
	import frappe

	user = user_of(first_name, last_name)
	if not frappe.db.exists("User", user):
		frappe.get_doc(
			{
				"doctype": "User",
				"email": user,
				"first_name": first_name,
				"last_name": last_name,
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in ROLES],
			}
		).insert()
		# nobody reads that mailbox
		frappe.db.set_value("Notification Settings", user, "enable_email_notifications", 0)
	return user


def _target(company: str, collector: str, cash: int, today) -> None:
	import frappe
	from frappe.utils import get_first_day, get_last_day

	key = {"collector": collector, "company": company, "from_date": get_first_day(today)}
	if frappe.db.exists("Collection Target", key):
		return
	aims = {"cash_to_collect": cash, "actions_to_do": ACTIONS_TO_DO}
	month = {"doctype": "Collection Target", "target_for": "Collector", "to_date": get_last_day(today)}
	frappe.get_doc({**month, **key, **aims}).insert()


def _absence(collector: str, deputy: str, today) -> None:
	import frappe

	if frappe.db.exists("Collector Absence", {"collector": collector}):
		return
	away = {"from_date": today + timedelta(20), "to_date": today + timedelta(30)}
	stands_in = {"given_to": "Deputy", "deputy": deputy}
	frappe.get_doc({"doctype": "Collector Absence", "collector": collector, **stands_in, **away}).insert()
