"""The names of Allianz Trade's fields and paths, and the call-back it is asked for.

The login, the jobs and the call-back are documented publicly, as are the categories of overdues; the bodies of covers stand
behind the portal's login: their names are those known of, and can be changed in the connection.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

HOURS_TO_CALL_BACK = 24
NAMES = {
	"path.covers": "covers",
	"path.jobs": "jobs",
	"path.companies": "companies",
	"path.overdues": "overdues",
	"page": "page",
	"page.first": "1",
	"method.request": "POST",
	"method.raise": "PATCH",
	"method.lower": "PATCH",
	"method.cancel": "DELETE",
	"covers.rows": "data",
	"covers.policy": "policyId",
	"covers.since": "",
	"cover.id": "coverId",
	"cover.buyer": "companyId",
	"cover.name": "companyName",
	"cover.tax_id": "taxId",
	"cover.amount": "coverAmount",
	"cover.requested": "requestedAmount",
	"cover.currency": "currency",
	"cover.status": "coverStatus",
	"cover.from": "startDate",
	"cover.until": "endDate",
	"cover.reason": "decisionReason",
	"cover.own": "customerReference",
	"request.buyer": "companyId",
	"request.amount": "requestedAmount",
	"request.currency": "currency",
	"request.policy": "policyId",
	"request.own": "customerReference",
	"job.id": "jobId",
	"job.status": "status",
	"job.done": "processed",
	"job.failed": "failed",
	"job.resource": "resourceUrl",
	"job.error": "message",
	"overdues.rows": "data",
	"overdue.id": "overdueId",
	"overdue.status": "status",
	"overdue.default": "OVD",
	"overdue.kind": "overdueCategoryTypeCode",
	"overdue.buyer": "debtorId",
	"overdue.policy": "policyId",
	"overdue.cover": "",
	"overdue.amount": "overdueAmount",
	"overdue.currency": "currency",
	"overdue.due_date": "dueDate",
	"overdue.document": "invoiceReference",
	"overdue.own": "customerReference",
	"companies.rows": "data",
	"companies.tax_id": "taxId",
	"companies.registration_number": "registrationNumber",
	"companies.name": "companyName",
	"companies.country": "country",
	"company.id": "companyId",
	"company.name": "companyName",
	"company.tax_id": "taxId",
	"company.registration_number": "registrationNumber",
	"company.country": "country",
	"company.address": "address",
	"company.status": "status",
	"status.granted": "Active",
	"status.active": "Active",
	"status.temporary": "Active",
	"status.pending": "Requested",
	"status.partially granted": "Reduced",
	"status.reduced": "Reduced",
	"status.refused": "Refused",
	"status.cancelled": "Cancelled",
	"status.expired": "Expired",
}


def callback_header(address: str, secret: str, key: str) -> str:
	"""What stands in the call-back header: the address that Allianz Trade calls, signed by us, stringified and base64."""
	glue = "&" if urlsplit(address).query else "?"
	query = urlencode({"about": key, "signature": signature(secret, key)})
	wanted = {
		"callbackUrl": f"{address}{glue}{query}",
		"timeToLive": HOURS_TO_CALL_BACK,
		"extendedNotification": True,
	}
	return base64.b64encode(json.dumps(wanted).encode()).decode()


def signature(secret: str, key: str) -> str:
	return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()


def called_about(url: str) -> tuple[str, str]:
	"""The reference and the signature in the address that was called."""
	query: Mapping[str, list[str]] = parse_qs(urlsplit(url).query)
	return query.get("about", [""])[0], query.get("signature", [""])[0]
