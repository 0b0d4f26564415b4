"""Allianz Trade's API, played: every change is a job, whose answer lies at an address of its own; a call-back tells when."""

import base64
import json

from collections_app.tests.api_server import Answer, Refusal, Seen, route
from collections_app.tests.providers.insurers import InsurerServer

POLICY = "POL-500123"
CREDENTIALS = {
	"api_key": "allianz-api-key-0123456789",
	"policy": POLICY,
	"callback_url": "https://site.example/hook?key=token-of-the-hook",
	"callback_secret": "callback-secret-0123456789",
}


class AllianzTradeServer(InsurerServer):
	NAMES = {
		"id": "coverId",
		"buyer": "companyId",
		"name": "companyName",
		"tax_id": "taxId",
		"amount": "coverAmount",
		"requested": "requestedAmount",
		"currency": "currency",
		"status": "coverStatus",
		"until": "endDate",
		"reason": "decisionReason",
		"own": "customerReference",
	}

	def __init__(self, **options):
		super().__init__(**options)
		self.jobs: dict[str, dict] = {}
		self.called_for: list[dict] = []

	def work(self, failed: str = "") -> None:
		"""The jobs are done, or failed with these words; the covers are decided on."""
		for job in self.jobs.values():
			if job["status"] == "pending":
				job["status"] = "failed" if failed else "processed"
				job["message"] = failed
		if not failed:
			self.decide()

	@route("POST", "/v1/idp/oauth2/authorize")
	def authorize(self, request: Seen):
		if (request.json() or {}).get("apiKey") != CREDENTIALS["api_key"]:
			raise Refusal(401, {"code": "UNAUTHORIZED", "message": "apiKey is not valid"})
		return self.issue_token()

	@route("GET", "/v1/covers")
	def list_covers(self, request: Seen):
		self.require_bearer(request)
		if request.query.get("policyId") != POLICY:
			raise Refusal(403, {"code": "FORBIDDEN", "message": "not your policy"})
		return {"data": self.numbered(request, self.covers)}

	@route("GET", "/v1/covers/{cover}")
	def one_cover(self, request: Seen):
		self.require_bearer(request)
		return self.find(request.values["cover"])

	@route("POST", "/v1/covers")
	def request_cover(self, request: Seen):
		self.require_bearer(request)
		said = request.json() or {}
		own = said.get("customerReference", "")
		number = self.ask(
			said.get("companyId", ""), said.get("requestedAmount", 0), said.get("currency", ""), own
		)
		return self._job(request, f"/v1/covers/{number}")

	@route("PATCH", "/v1/covers/{cover}")
	def change_cover(self, request: Seen):
		self.require_bearer(request)
		said, number = request.json() or {}, request.values["cover"]
		self.change(number, said["requestedAmount"], said.get("customerReference", ""))
		return self._job(request, f"/v1/covers/{number}")

	@route("DELETE", "/v1/covers/{cover}")
	def cancel_cover(self, request: Seen):
		self.require_bearer(request)
		self.end(request.values["cover"])
		return self._job(request, f"/v1/covers/{request.values['cover']}")

	@route("GET", "/v1/jobs/{job}")
	def job(self, request: Seen):
		self.require_bearer(request)
		job = self.jobs.get(request.values["job"])
		if not job:
			raise Refusal(404, {"code": "NOT_FOUND", "message": "unknown job"})
		return job if job["status"] == "processed" else {**job, "resourceUrl": None}

	@route("GET", "/v1/overdues")
	def list_overdues(self, request: Seen):
		self.require_bearer(request)
		return {"data": self.numbered(request, self.overdues)}

	@route("GET", "/v1/overdues/{overdue}")
	def one_overdue(self, request: Seen):
		self.require_bearer(request)
		return next(one for one in self.overdues if one["overdueId"] == request.values["overdue"])

	@route("POST", "/v1/overdues")
	def declare(self, request: Seen):
		self.require_bearer(request)
		said = request.json() or {}
		if said.get("overdueCategoryTypeCode") != "OVD" or not said.get("dueDate"):
			raise Refusal(422, {"code": "INVALID", "message": "category or dueDate is missing"})
		number = f"OVD-{len(self.overdues) + 1}"
		self.overdues.append({"overdueId": number, "status": "reported", **said})
		return self._job(request, f"/v1/overdues/{number}")

	@route("GET", "/v1/companies")
	def companies(self, request: Seen):
		self.require_bearer(request)
		asked = request.query
		found = self.companies_like(
			asked.get("taxId", ""), asked.get("companyName", ""), asked.get("country", "")
		)
		fields = ("companyId", "companyName", "taxId", "country", "address")
		return {"data": [dict(zip(fields, one, strict=True)) for one in found]}

	def _job(self, request: Seen, resource: str) -> Answer:
		if wanted := request.headers.get("callback"):
			self.called_for.append(json.loads(base64.b64decode(wanted)))
		number = f"job-{len(self.jobs) + 1}"
		self.jobs[number] = {"jobId": number, "status": "pending", "resourceUrl": f"{self.url}{resource}"}
		return Answer(self.jobs[number], 202)
