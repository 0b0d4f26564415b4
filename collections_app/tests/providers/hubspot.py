"""HubSpot's CRM API, played: searches with filters and their limit of results, notes, properties, signed webhooks."""

import base64
import copy
import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta
from pathlib import Path

import collections_app.connectors.hubspot as connector
from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {"access_token": "pat-eu1-0123456789abcdef", "client_secret": "hubspot-client-secret"}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "search.json").read_text())["results"][0]
CAP = 10_000


class HubSpotServer(ApiServer):
	def __init__(self, cap: int = CAP, **options):
		super().__init__(**options)
		self.cap = cap
		self.objects: dict[str, list[dict]] = {"companies": [], "contacts": []}
		self.notes: list[dict] = []
		self.daily = False
		self.stuck = False

	def add(self, kind: str = "companies", days_ago: float = 0.0, **properties) -> str:
		"""An object; returns its id."""
		number = str(1000 + len(self.objects[kind]))
		changed = (self.now() - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
		stamp = "hs_lastmodifieddate" if kind == "companies" else "lastmodifieddate"
		found = copy.deepcopy(SHAPE)
		found["id"], found["properties"] = number, {"hs_object_id": number, stamp: changed, **properties}
		self.objects[kind].append(found)
		return number

	def sign(self, url: str, body: bytes, at: int | None = None, secret: str = CREDENTIALS["client_secret"]):
		"""The headers of a webhook."""
		at = int(time.time() * 1000) if at is None else at
		signed = b"POST" + url.encode() + body + str(at).encode()
		digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
		return {
			"x-hubspot-signature-v3": base64.b64encode(digest).decode(),
			"x-hubspot-request-timestamp": str(at),
		}

	@route("GET", "/account-info/v3/details")
	def account(self, request: Seen):
		self._authorised(request)
		return {"portalId": 62515, "timeZone": "Europe/Berlin", "companyCurrency": "EUR"}

	@route("POST", "/crm/v3/objects/{kind}/search")
	def search(self, request: Seen):
		self._authorised(request)
		asked = request.json()
		(group,), (order,) = asked["filterGroups"], asked["sorts"]
		if asked["limit"] > 200:
			raise _refusal(400, "VALIDATION_ERROR", "limit is at most 200")
		rows = [
			one
			for one in self.objects[request.values["kind"]]
			if all(_fits(one, f) for f in group["filters"])
		]
		rows.sort(key=lambda one: int(one["properties"][order["propertyName"]]))
		start, size = int(asked.get("after") or 0), min(asked["limit"], self.page_size)
		if start + size > self.cap:
			raise _refusal(
				400, "VALIDATION_ERROR", "There was a problem with the request: over 10,000 results"
			)
		if self.stuck:
			rows, start = list(self.objects[request.values["kind"]]), 0
		names = {*asked["properties"], "hs_object_id", "createdate"}
		found = [
			{**one, "properties": {name: value for name, value in one["properties"].items() if name in names}}
			for one in rows[start : start + size]
		]
		answer = {"total": len(rows), "results": found}
		if start + size < len(rows):
			answer["paging"] = {"next": {"after": str(start + size)}}
		return answer

	@route("POST", "/crm/v3/objects/notes")
	def create_note(self, request: Seen):
		self._authorised(request)
		note = request.json()
		company = note["associations"][0]["to"]["id"]
		if company not in [one["id"] for one in self.objects["companies"]]:
			raise _refusal(400, "VALIDATION_ERROR", f"No company with the id {company} exists")
		self.notes.append({"id": str(7000 + len(self.notes)), **note})
		return Answer(self.notes[-1], 201)

	@route("GET", "/crm/v3/objects/notes/{number}")
	@route("GET", "/crm/v3/objects/companies/{number}")
	def one(self, request: Seen):
		self._authorised(request)
		for found in [*self.notes, *self.objects["companies"]]:
			if found["id"] == request.values["number"]:
				return found
		raise _refusal(404, "OBJECT_NOT_FOUND", "resource not found")

	@route("PATCH", "/crm/v3/objects/companies/{number}")
	def change(self, request: Seen):
		found = self.one(request)
		found["properties"] |= request.json()["properties"]
		return found

	def _authorised(self, request: Seen) -> None:
		if request.headers.get("authorization") != f"Bearer {CREDENTIALS['access_token']}":
			raise _refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
		if self.daily:
			raise _refusal(429, "RATE_LIMIT", "You have reached your daily limit.", policyName="DAILY")


def _fits(found: dict, wanted: dict) -> bool:
	value = found["properties"][wanted["propertyName"]]
	number = int(value) if value.isdigit() else _milliseconds(value)
	limit = int(wanted["value"])
	return {"GTE": number >= limit, "GT": number > limit}[wanted["operator"]]


def _milliseconds(value: str) -> int:
	return int(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000)


def _refusal(status: int, category: str, message: str, **more) -> Refusal:
	return Refusal(status, {"status": "error", "message": message, "category": category, **more})
