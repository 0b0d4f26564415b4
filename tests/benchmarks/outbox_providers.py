"""What the outbox's fault injection sends through: the company's connections, a plan for each channel, what was taken."""

import re
from collections import Counter

CHANNELS = ("Email", "SMS", "Letter")
# the text message names its action, as a mail does in its header and a letter in its file's name
TEXT = "{{ total_overdue }} ({{ reference }})"
REFERENCE = re.compile(r"\((COL-ACT-[\d-]+)\)")
FILE = re.compile(r"(COL-ACT-\d+-\d+)-\d+\.pdf")


def connect(site: str, company: str, twilio, pingen) -> None:
	"""Connects the company to both, for the workers' processes too: the site's own configuration lets them through."""
	import frappe
	from frappe.installer import update_site_config

	from collections_app.api import connectors as api
	from sandbox.providers.pingen import CREDENTIALS as PINGEN
	from sandbox.providers.twilio import CREDENTIALS as TWILIO

	hosts = [twilio.host, pingen.host]
	update_site_config("collections_allowed_hosts", hosts, validate=False)
	frappe.local.conf["collections_allowed_hosts"] = hosts
	for kind, server, credentials in (("twilio", twilio, TWILIO), ("pingen", pingen, PINGEN)):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Storm {kind}",
				"connector": kind,
				"company": company,
				"base_url": server.url,
			}
		).insert()
		api.save_credentials(config.name, credentials)
	frappe.db.commit()


def make_plan(channel: str, step_days: int, steps: int) -> str:
	"""A plan with a step of the channel for each of the storm's days."""
	import frappe

	from collections_app.tests import world

	letter = world.make_letter(f"Storm {channel}")
	frappe.db.set_value("Collection Letter Translation", {"parent": letter.name}, "sms_text", TEXT)
	frappe.clear_document_cache("Collection Letter", letter.name)
	rows = ((1 + step_days * number, channel, {"letter": letter.name}) for number in range(steps))
	return world.make_plan(*rows, name=f"Storm {channel}", gap=1).name


def make_customer(number: int, plan: str) -> str:
	import frappe

	from collections_app.tests import utils
	from collections_app.tests.outgoing import make_address

	customer = utils.make_customer(email=f"payer{number}@example.com")
	values = {"mobile_no": f"+49171{number:07d}", "collections_plan": plan}
	frappe.db.set_value("Customer", customer, values)
	make_address(customer)
	return customer


def taken(twilio, pingen) -> Counter:
	"""How many messages of each action the providers took, by the reference they carry."""
	texts = [REFERENCE.search(message["body"]).group(1) for message in twilio.messages]
	files = [letter["attributes"]["file_original_name"] for letter in pingen.letters]
	return Counter([*texts, *(FILE.fullmatch(name).group(1) for name in files)])
