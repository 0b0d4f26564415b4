"""Coface's business information, played: companies, orders that are ready at once or later, monitorings and notifications."""

from datetime import timedelta

from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"api_key": "coface-api-key-0123456789",
	"user": "credit@example.com",
	"password": "coface-password-0123456789",
}
REPORT = "credit-opinion-report"
READY, PENDING, CANCELLED = "ready", "in-preparation", "cancelled"


class CofaceInformationServer(ApiServer):
	"""`orders`: what was ordered, in that order; `processing`: the state of a new one. `names_references`: whether the list of
	orders shows the reference that came with each."""

	def __init__(self, **options):
		super().__init__(**options)
		self.companies: dict[str, dict] = {}
		self.orders: list[dict] = []
		self.monitorings: list[dict] = []
		self.notifications: list[dict] = []
		self.processing, self.names_references = READY, True

	def add(self, icon: str, score: str = "6", **more) -> str:
		"""A company, or what is said of it from now on. `more`: name, country, vat, reg, status, limit, currency. Our number."""
		said = {"name": f"Company {icon}", "country": "PL", "status": "OPEN", "limit": "45 000", **more}
		self.companies[icon] = {"score": score, "currency": "PLN", **said}
		return f"{said['country']} icon#{icon}"

	def settle(self, state: str = READY) -> None:
		"""What became of the orders that were pending."""
		for one in self.orders:
			if one["status"] == PENDING:
				one["status"] = state

	def change(self, icon: str, score: str, **more) -> str:
		"""The company's score changes and its monitoring tells it. Returns the id of the notification."""
		before = self.companies[icon]["score"]
		self.companies[icon] |= {"score": score, **more}
		monitoring = next(one for one in self.monitorings if one["externalId"] == f"icon#{icon}")
		number = str(12_916_371 + len(self.notifications))
		self.notifications.append(
			{
				"id": number,
				"monitoringId": monitoring["id"],
				"deliveryDate": self.now().date().isoformat(),
				"language": "en",
				"format": "application/json",
				"channelDelivery": "DATA API",
				"publicationUpdates": [{"type": {"code": "540", "text": "DRA score"}, "type2": "0"}],
				"_icon": icon,
				"_before": before,
			}
		)
		return number

	@route("POST", "/authentication/v1/token")
	def token(self, request: Seen):
		said = request.json() or {}
		right = (said.get("username"), said.get("password")) == (CREDENTIALS["user"], CREDENTIALS["password"])
		if not right or request.headers.get("x-api-key") != CREDENTIALS["api_key"]:
			raise Refusal(401, {"message": "Incorrect username or password."})
		return {"idToken": self.issue_token()["access_token"], "expiresIn": 3600}

	@route("GET", "/countries")
	def countries(self, request: Seen):
		self._inside(request)
		return [{"countryCode": one} for one in ("PL", "DE", "FR")]

	@route("GET", "/companies")
	def search(self, request: Seen):
		self._inside(request)
		asked = request.query
		country, external = asked.get("countryCode"), asked.get("externalId", "")
		if not country or not (external or asked.get("companyName")):
			raise _refused(400, "Missing or invalid parameter: companyName")
		found = [
			icon
			for icon, one in self.companies.items()
			if one["country"] == country and _fits(one, icon, asked)
		]
		if external and not found:
			raise _refused(404, "Specified resource does not exist")
		# by name a provider is asked, who knows its own number only
		return self._paged(request, [self._found(icon, full=bool(external)) for icon in found])

	@route("POST", "/publications/orders")
	def order(self, request: Seen):
		self._inside(request)
		said = request.json()
		icon = self._icon(said)
		if said["countryCode"] == "DE" and "legitimateInterest" not in said:
			raise _refused(400, "Missing or invalid parameter: legitimateInterest")
		if not said["report"].get("proccessingTimeInstruction"):
			raise _refused(400, "Missing parameter: assessments and/or report")
		number = f"order-{len(self.orders) + 1}"
		self.orders.append(
			{
				"id": number,
				"orderDate": self.now().isoformat(),
				"status": self.processing,
				"customerReference": said.get("customerReference"),
				"publications": [{"id": f"publication-of-{number}", "reportSlug": said["report"]["slug"]}],
				"_icon": icon,
			}
		)
		# whatever becomes of it, that is what is answered first
		return Answer({**self._shown(self.orders[-1]), "status": PENDING}, 201)

	@route("GET", "/publications/orders")
	def list_orders(self, request: Seen):
		self._inside(request)
		asked = request.query
		if "id" in asked:
			found = [one for one in self.orders if one["id"] == asked["id"]]
			if found and found[0]["status"] == CANCELLED:
				return Answer(b"", 205)
			return [self._shown(one) for one in found]
		icon, since = self._icon(asked), asked.get("orderedFrom", "")
		found = [one for one in self.orders if one["_icon"] == icon and one["orderDate"][:10] >= since]
		return self._paged(request, [self._shown(one) for one in found])

	@route("GET", "/publications")
	def publication(self, request: Seen):
		self._inside(request)
		number = request.query["id"].removeprefix("publication-of-")
		order = next((one for one in self.orders if one["id"] == number), None)
		if not order or request.query.get("format") != "json":
			raise _refused(404, "Specified resource does not exist")
		if order["status"] != READY:
			return Answer({"messages": [{"code": "order_not_finished"}]}, 202)
		one = self.companies[order["_icon"]]
		return {"icon": {"version": "2.0.0", "orderResults": self._result(order), "company": _company(one)}}

	@route("POST", "/monitorings/orders")
	def monitor(self, request: Seen):
		self._inside(request)
		said = request.json()
		self._icon(said)
		today = self.now().date()
		monitoring = {
			"id": f"monitoring-{len(self.monitorings) + 1}",
			"externalId": said["externalId"],
			"countryCode": said["countryCode"],
			"startDate": today.isoformat(),
			"endDate": (today + timedelta(days=365)).isoformat(),
			"reportSlug": said["report"]["slug"],
			"status": "monitoring_active",
			"customerReference": said.get("customerReference"),
		}
		self.monitorings.append(monitoring)
		return Answer({"monitorings": [{**monitoring, "status": PENDING}]}, 201)

	@route("GET", "/monitorings")
	def list_monitorings(self, request: Seen):
		self._inside(request)
		external = request.query.get("externalId")
		return self._paged(request, [one for one in self.monitorings if one["externalId"] == external])

	@route("GET", "/monitorings/{monitoring}")
	def one_monitoring(self, request: Seen):
		self._inside(request)
		return self._monitoring(request)

	@route("DELETE", "/monitorings/{monitoring}")
	def end(self, request: Seen):
		"""Not publicly documented: an administrator enters it."""
		self._inside(request)
		self.monitorings.remove(self._monitoring(request))
		return Answer(b"", 204)

	@route("GET", "/notifications")
	def list_notifications(self, request: Seen):
		self._inside(request)
		since, until = request.query["deliveryDateFrom"], request.query["deliveryDateTo"]
		found = [one for one in self.notifications if since <= one["deliveryDate"] <= until]
		return self._paged(request, [_public(one) for one in found])

	@route("GET", "/notifications/{notification}/content")
	def notification(self, request: Seen):
		self._inside(request)
		one = next((one for one in self.notifications if one["id"] == request.values["notification"]), None)
		if not one:
			raise _refused(404, "Specified resource does not exist")
		company = self.companies[one["_icon"]]
		return {
			"monitTitle": "Company monitoring details",
			"monitDetailsProduct": "@ Credit Opinion Monitoring",
			"monitCpDetailsName": company["name"],
			"monitCpDetailsICONNo": one["_icon"],
			"monitCpDetailsVATNo": company.get("vat", ""),
			"monitCpDetailsRegistrationNo": company.get("reg", ""),
			"monitCpDetailsLegalStatus": company["status"],
			"monitDRAValue": company["score"],
			"monitDRAChangesOldValue": one["_before"],
			"monitDRAProbabilityOfDefaultNewVal": "New POD 0.4%",
			"monitProductCurrency": company["currency"],
		}

	def late(self, notification: str, days: int) -> None:
		"""The notification was delivered so many days ago."""
		(one,) = [one for one in self.notifications if one["id"] == notification]
		one["deliveryDate"] = (self.now() - timedelta(days=days)).date().isoformat()

	def _paged(self, request: Seen, rows: list) -> Answer:
		"""`range`: the first row and how many; 206 while there are more."""
		first = int(request.query.get("range", "1-20").partition("-")[0]) - 1
		until = first + self.page_size
		return Answer(rows[first:until], 206 if until < len(rows) else 200)

	def _shown(self, order: dict) -> dict:
		shown = _public(order)
		if not self.names_references:
			shown.pop("customerReference")
		expected = (self.now() + timedelta(days=5)).isoformat() if order["status"] == PENDING else PENDING
		return {**shown, "expectedDeliveryDate": expected}

	def _result(self, order: dict) -> dict:
		one = self.companies[order["_icon"]]
		return {
			"orderId": order["id"],
			"scoreCalculatedOn": "05/27/2025",
			"iconCompanyNo": order["_icon"],
			"dra": one["score"],
			"draDescription": f"{one['score']}/10: as published",
			"probabilityOfDefault": "2%",
			"coRating": "R",
			"coValue": one["limit"],
			"currency": one["currency"],
			"coCountryRisk": "A4",
		}

	def _found(self, icon: str, full: bool) -> dict:
		one = self.companies[icon]
		numbers = {"giid": f"giid{icon}"}
		if full:
			numbers |= {"icon": icon, "vat-number": one.get("vat"), "registration-number": one.get("reg")}
		return {
			"name": one["name"],
			"countryCode": one["country"],
			"address": {"address1": "1 Example Street", "postalCode": "02-981", "city": "Warszawa"},
			"externalIds": [
				{"id": value, "repositorySlug": name} for name, value in numbers.items() if value
			],
		}

	def _icon(self, said: dict) -> str:
		slug, _, number = str(said.get("externalId", "")).partition("#")
		icon = number.removeprefix("giid") if slug == "giid" else number
		if not said.get("countryCode") or slug not in ("icon", "giid"):
			raise _refused(400, "Missing or invalid parameter: (externalId + countryCode)")
		if icon not in self.companies:
			raise _refused(404, "No company found for given combination of identifiers")
		return icon

	def _monitoring(self, request: Seen) -> dict:
		for one in self.monitorings:
			if one["id"] == request.values["monitoring"]:
				return one
		raise _refused(404, "Specified resource does not exist")

	def _inside(self, request: Seen) -> None:
		self.require_bearer(request, prefix="")
		if request.headers.get("x-api-key") != CREDENTIALS["api_key"]:
			raise Refusal(403, {"message": "Forbidden"})


def _fits(one: dict, icon: str, asked: dict[str, str]) -> bool:
	slug, _, number = asked.get("externalId", "").partition("#")
	known = {"icon": icon, "giid": f"giid{icon}", "vat-number": one.get("vat")}
	known["registration-number"] = one.get("reg")
	if slug:
		return bool(number) and known.get(slug) == number
	return asked["companyName"].casefold() in one["name"].casefold()


def _company(one: dict) -> dict:
	return {
		"companyName": one["name"],
		"legalStatus": one["status"],
		"vatNumber": one.get("vat", ""),
		"registrationNumber": one.get("reg", ""),
		"nationalId": "",
	}


def _public(row: dict) -> dict:
	return {name: value for name, value in row.items() if not name.startswith("_")}


def _refused(status: int, said: str) -> Refusal:
	body = {"httpCode": status, "fishtag": "f-1", "messages": [{"code": "missing_param", "message": said}]}
	return Refusal(status, body)
