"""How fast a provider's call is answered: its signature checked, written down, committed, its work queued."""

import hashlib
import hmac
import json
import statistics
import time

SECRET = "whsec_0123456789abcdef"
KINDS = ("new", "again", "forged", "unknown")


def run(calls: int = 500) -> dict:
	"""Milliseconds of so many calls of each kind (p50, p95): new events, repetitions, forged ones, made-up addresses."""
	import frappe

	from collections_app.services.connectors import registry, webhooks
	from collections_app.services.connectors.credentials import save_credentials

	company = frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0]
	config = frappe.get_doc(
		{
			"doctype": "Connector Config",
			"connector_name": "Webhook benchmark",
			"connector": "stripe",
			"company": company,
		}
	).insert()
	save_credentials(config, registry.manifest("stripe"), {"secret_key": "sk_test", "webhook_secret": SECRET})
	frappe.db.commit()
	body = [
		json.dumps({"id": f"evt_{n}", "type": "payout.paid", "data": {"object": {}}}) for n in range(calls)
	]
	seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
	answers: dict[str, set[int]] = {kind: set() for kind in KINDS}
	for kind in KINDS:
		token = "made-up" if kind == "unknown" else config.webhook_token
		for text in body:
			headers = {"Stripe-Signature": _signed(text, SECRET if kind != "forged" else "another")}
			started = time.perf_counter()
			answers[kind].add(webhooks.receive(token, headers, text.encode())[0])
			frappe.db.commit()
			seconds[kind].append(time.perf_counter() - started)
	result = {
		"calls": calls * len(KINDS),
		"events": frappe.db.count("Webhook Event", {"connector": config.name}),
	}
	for kind in KINDS:
		result[f"{kind}_status"] = sorted(answers[kind])
		result[f"{kind}_p50_ms"] = round(statistics.median(seconds[kind]) * 1000, 2)
		result[f"{kind}_p95_ms"] = round(statistics.quantiles(seconds[kind], n=20)[-1] * 1000, 2)
	return result


def _signed(text: str, secret: str) -> str:
	at = int(time.time())
	return f"t={at},v1={hmac.new(secret.encode(), f'{at}.{text}'.encode(), hashlib.sha256).hexdigest()}"
