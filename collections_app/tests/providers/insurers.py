"""Base of the credit insurers, played: covers that are requested, changed and ended, declared overdues, companies."""

from collections_app.tests.api_server import ApiServer, Refusal, Seen

COMPANIES = (
	("1001", "Ateliers Dupont SARL", "FR40303265045", "FR", "Lyon"),
	("1002", "Ateliers Durand SAS", "FR83404833048", "FR", "Paris"),
	("1003", "Nordwind GmbH", "DE129273398", "DE", "Hamburg"),
)


class InsurerServer(ApiServer):
	"""`NAMES`: the insurer's own names of id, buyer, name, tax_id, amount, requested, currency, status, until and own
	reference. `GRANTED`, `PENDING`, `CANCELLED`: its words."""

	NAMES: dict[str, str] = {}
	GRANTED, PENDING, CANCELLED = "granted", "pending", "cancelled"

	def __init__(self, **options):
		super().__init__(**options)
		self.covers: list[dict] = []
		self.overdues: list[dict] = []
		self.changes = 0

	def cover(self, **values) -> dict:
		"""A cover in the insurer's names."""
		return {self.NAMES[ours]: value for ours, value in values.items()}

	def shown(self, cover: dict) -> dict:
		"""As the insurer writes it: a dotted name is an object within."""
		shown: dict = {}
		for path, value in cover.items():
			*parents, last = path.split(".")
			place = shown
			for parent in parents:
				place = place.setdefault(parent, {})
			place[last] = value
		return shown

	def add(self, amount: float = 50000, status: str = "", **values) -> str:
		"""A cover that it granted before; returns its number."""
		number = f"C{len(self.covers) + 1:05}"
		given = {"buyer": "1003", "name": "Nordwind GmbH", "tax_id": "DE129273398", "currency": "EUR"}
		given |= {"amount": amount, "status": status or self.GRANTED, **values}
		self.covers.append(self.cover(id=number, **given))
		return number

	def ask(self, buyer: str, amount: float, currency: str, own: str) -> str:
		"""A cover that is asked for: it decides later."""
		found = next((one for one in COMPANIES if one[0] == buyer), None)
		if not found or not amount > 0:
			raise Refusal(422, {"code": "INVALID", "message": "buyer or amount is not valid"})
		self.changes += 1
		number = self.add(0, self.PENDING, buyer=buyer, name=found[1], tax_id=found[2], currency=currency)
		self.find(number).update(self.cover(requested=amount, own=own))
		return number

	def change(self, number: str, amount: float, own: str) -> None:
		self.changes += 1
		self.find(number).update(self.cover(requested=amount, status=self.PENDING, own=own))

	def end(self, number: str) -> None:
		self.changes += 1
		self.find(number)[self.NAMES["status"]] = self.CANCELLED

	def decide(self, status: str = "", amount: float | None = None) -> None:
		"""It decides on what is pending: grants what was asked for, unless something else is said."""
		for one in self.covers:
			if one[self.NAMES["status"]] == self.PENDING:
				given = one[self.NAMES["requested"]] if amount is None else amount
				one.update(self.cover(status=status or self.GRANTED, amount=given))

	def find(self, number: str) -> dict:
		for one in self.covers:
			if one[self.NAMES["id"]] == number:
				return one
		raise Refusal(404, {"code": "NOT_FOUND", "message": "unknown cover"})

	def numbered(self, request: Seen, rows: list, first: int = 1) -> list:
		"""A page of the rows by its number."""
		start = (int(request.query.get("page", first)) - first) * self.page_size
		return rows[start : start + self.page_size]

	def companies_like(self, tax_id: str = "", name: str = "", country: str = "") -> list[tuple]:
		return [
			one
			for one in COMPANIES
			if (not tax_id or one[2] == tax_id)
			and (not name or name.casefold() in one[1].casefold())
			and (not country or one[3] == country)
		]
