"""Ways to page through a list. Each yields the answers, decoded, one page at a time.

A page that comes twice in a row is asked for again; when it stays the same the reading ends with a TransientError, because
what should have come in its place is not known. `rows` picks the list out of an answer: a dotted path or a function.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from collections_app.connectors.errors import DataError, TransientError
from collections_app.connectors.http.client import HttpClient, Response

Pick = str | Callable[[Any], Any]
MAX_PAGES = 10_000


def pick(source: Pick, answer: Any) -> Any:
	"""What stands at a dotted path (`data.items`; empty: the whole answer), or what the function finds. None if absent."""
	if callable(source):
		return source(answer)
	for step in filter(None, source.split(".")):
		answer = answer.get(step) if isinstance(answer, Mapping) else None
	return answer


def by_number(
	client: HttpClient,
	path: str,
	params: Mapping[str, Any] | None = None,
	*,
	rows: Pick,
	param: str = "page",
	first: int = 1,
	size_param: str = "",
	size: int = 100,
	step: int = 1,
	more: Pick | None = None,
	method: str = "GET",
	**options,
) -> Iterator[Any]:
	"""page=1, 2, 3 … until one has no rows, or fewer than `size` where `size_param` sets that, or `more` finds nothing. With
	`step` = size and `first` = 0 the number is an offset; `step` = 0 goes on by the rows that came. With `method` POST the
	parameters are the JSON body."""
	pages = _Pages(client, rows, options)
	number = first
	while True:
		asked = {**(params or {}), param: number, **({size_param: size} if size_param else {})}
		answer = pages.fetch(path, asked, method).json()
		found = _list(client, rows, answer)
		if found:
			yield answer
		if not found or (size_param and len(found) < size) or (more and not pick(more, answer)):
			return
		number += step or len(found)


def by_cursor(
	client: HttpClient,
	path: str,
	params: Mapping[str, Any] | None = None,
	*,
	rows: Pick,
	next_cursor: Pick,
	param: str = "cursor",
	start: str = "",
	method: str = "GET",
	**options,
) -> Iterator[Any]:
	"""The next page's cursor or token stands in the answer (`next_cursor`) and goes into `param`; none ends it. With
	`method` POST the parameters are the JSON body."""
	pages = _Pages(client, rows, options)
	cursor = start
	while True:
		asked = {**(params or {}), **({param: cursor} if cursor else {})}
		answer = pages.fetch(path, asked, method).json()
		_list(client, rows, answer)
		following = pick(next_cursor, answer)
		if following and following == cursor:
			raise TransientError("{0} names the same next page again and again.", client.name)
		yield answer
		if not following:
			return
		cursor = following


def by_link(
	client: HttpClient,
	path: str,
	params: Mapping[str, Any] | None = None,
	*,
	rows: Pick = "",
	next_url: Pick | None = None,
	**options,
) -> Iterator[Any]:
	"""The whole address of the next page stands in the Link header (rel=next) or, `next_url`, in the answer. It must be
	on the same host: nothing that identifies us goes elsewhere."""
	pages = _Pages(client, rows, options)
	asked, home = params, client.url(path)
	while path:
		response = pages.fetch(path, asked)
		answer = response.json()
		_list(client, rows, answer)
		following = pick(next_url, answer) if next_url else response.links.get("next", {}).get("url")
		if following:
			following = _same_host(client, home, response.url, following)
		yield answer
		path, asked = following, None


class _Pages:
	"""Fetches pages and notices one that came before."""

	def __init__(self, client: HttpClient, rows: Pick, options: dict):
		self.client, self.rows, self.options = client, rows, options
		self.last: bytes | None = None
		self.count = 0

	def fetch(self, path: str, params: Mapping[str, Any] | None, method: str = "GET") -> Response:
		self.count += 1
		if self.count > MAX_PAGES:
			raise DataError("{0} has more than {1} pages.", self.client.name, MAX_PAGES)
		response = self._ask(path, params, method)
		if self._repeated(response):
			response = self._ask(path, params, method)
			if self._repeated(response):
				raise TransientError("{0} gave the same page twice.", self.client.name)
		self.last = response.body
		return response

	def _ask(self, path: str, params: Mapping[str, Any] | None, method: str) -> Response:
		if method == "GET":
			return self.client.get(path, params, **self.options)
		return self.client.request(method, path, json=dict(params or {}), safe=True, **self.options)

	def _repeated(self, response: Response) -> bool:
		return response.body == self.last and bool(pick(self.rows, response.json()))


def _list(client: HttpClient, rows: Pick, answer: Any) -> list:
	found = pick(rows, answer)
	if found is None:
		return []
	if not isinstance(found, list):
		raise DataError("{0} answered with something else than the list that was asked for.", client.name)
	return found


def _same_host(client: HttpClient, home: str, here: str, following: str) -> str:
	target = urljoin(here, following)
	if urlsplit(target)[:2] != urlsplit(home)[:2]:
		raise DataError("{0} names a next page on another host.", client.name)
	return target
