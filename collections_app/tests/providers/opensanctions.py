"""OpenSanctions' matching API, played: entries of lists, compared by the words of their names; a monthly quota."""

from collections_app.tests.api_server import ApiServer, Refusal, Seen, route

CREDENTIALS = {"api_key": "opensanctions-key-0123456789"}
CUTOFF = 0.5


class OpenSanctionsServer(ApiServer):
	"""`quota`: queries left this month; None: no end."""

	def __init__(self, **options):
		super().__init__(**options)
		self.entries: dict[str, dict] = {}
		self.quota: int | None = None
		self.queried: set[str] = set()

	def add(self, name: str, country: str = "ru", topics: tuple[str, ...] = ("sanction",)) -> str:
		"""An entry of a list; returns its id."""
		entry = f"NK-{1000 + len(self.entries)}"
		self.entries[entry] = {
			"id": entry,
			"caption": name,
			"schema": "Company",
			"properties": {"name": [name], "country": [country], "topics": list(topics)},
			"datasets": ["eu_fsf", "us_ofac_sdn"],
			"referents": [],
			"target": True,
			"first_seen": "2022-03-01T00:00:00",
			"last_seen": "2026-11-20T00:00:00",
		}
		return entry

	@route("POST", "/match/{dataset}")
	def match(self, request: Seen):
		if request.headers.get("authorization") != f"ApiKey {CREDENTIALS['api_key']}":
			raise Refusal(401, {"detail": "Invalid API key"})
		if request.values["dataset"] not in ("sanctions", "default"):
			raise Refusal(404, {"detail": "No such dataset"})
		queries = request.json()["queries"]
		if self.quota is not None:
			self.quota -= len(queries)
			if self.quota < 0:
				raise Refusal(429, {"detail": "Monthly quota exceeded"})
		threshold = float(request.query.get("threshold") or 0.7)
		return {
			"responses": {key: self._answer(key, one, threshold) for key, one in queries.items()},
			"matcher": {},
			"limit": int(request.query.get("limit") or 5),
		}

	def _answer(self, key: str, query: dict, threshold: float) -> dict:
		self.queried.add(key)
		name = query["properties"]["name"][0]
		scored = [{**one, "score": _alike(name, one["caption"])} for one in self.entries.values()]
		results = [{**one, "match": one["score"] >= threshold} for one in scored if one["score"] >= CUTOFF]
		results.sort(key=lambda one: -one["score"])
		total = {"value": len(results), "relation": "eq"}
		return {"status": 200, "results": results, "total": total, "query": query}


def _alike(one: str, other: str) -> float:
	ours, theirs = set(one.casefold().split()), set(other.casefold().split())
	return round(len(ours & theirs) / len(ours | theirs), 2)
