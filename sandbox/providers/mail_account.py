"""The outgoing account of the connected site, in the sandbox and on a bench alike."""

import frappe

SENDER = "collections@example.com"
ACCOUNT = "Sandbox Outgoing"


def use_for_outgoing(port: int, sender: str = SENDER, account: str = ACCOUNT) -> str:
	"""Makes a mail server on 127.0.0.1 the site's default for outgoing mail; returns the Email Account's name.

	An account that has the sender's address already is the one that is changed: an address can have one only.
	"""
	known = frappe.db.get_value("Email Account", {"email_id": sender, "enable_outgoing": 1})
	known = known or frappe.db.exists("Email Account", account)
	doc = frappe.get_doc("Email Account", known) if known else frappe.new_doc("Email Account")
	doc.update(
		{
			"email_account_name": doc.email_account_name or account,
			"email_id": sender,
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"enable_incoming": 0,
			"smtp_server": "127.0.0.1",
			"smtp_port": str(port),
			"use_tls": 0,
			"use_ssl_for_outgoing": 0,
			"no_smtp_authentication": 1,
		}
	)
	doc.save(ignore_permissions=True)
	return doc.name
