"""The requests of a stream, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from collections_app.connectors.errors import DataError
from collections_app.connectors.http import pages
from collections_app.connectors.http.client import HttpClient
from collections_app.connectors.low_code import placeholders
from collections_app.connectors.low_code.expressions import Expression
from collections_app.connectors.low_code.streams import Stream


def rows_of(rows: Expression, answer: Any) -> list[Any]:
	"""The list in an answer. DataError where it is not there: an API that changed must not pass for one without news."""
	found = rows.find(answer)
	if not isinstance(found, list):
		if not rows.text:
			raise DataError("The answer has no list as a whole, where its rows should be.")
		if found is None:
			raise DataError("The answer has nothing at {0}, where its rows should be.", repr(rows.text))
		raise DataError("The answer has no list at {0}, where its rows should be.", repr(rows.text))
	return found


@dataclass(frozen=True)
class Request:
	"""A stream's first request. `asked` is the query of a GET and the body of a POST, whose query stands in the path."""

	path: str
	asked: dict[str, Any]


def request_of(stream: Stream, known: Mapping[str, Any]) -> Request:
	"""`known`: what the placeholders stand for."""
	path = placeholders.fill(stream.path, known, quoted=True)
	asked = placeholders.fill_all(stream.params, known)
	if stream.method == "POST":
		path += ("&" if "?" in path else "?") + urlencode(asked, doseq=True) if asked else ""
		asked = placeholders.fill_all(stream.body, known)
	if stream.pages.size_param and stream.pages.kind in ("number", "offset", "cursor"):
		asked = {**asked, stream.pages.size_param: stream.pages.size}
	return Request(path, asked)


def first_answer(client: HttpClient, stream: Stream, known: Mapping[str, Any]) -> Any:
	"""The first page alone, decoded."""
	request, paging = request_of(stream, known), stream.pages
	asked = request.asked
	if paging.kind in ("number", "offset"):
		asked = {**asked, paging.param: paging.first}
	return _one_answer(client, stream.method, request.path, asked)


def answers(client: HttpClient, stream: Stream, known: Mapping[str, Any]) -> Iterator[Any]:
	"""The decoded answers, one page at a time."""
	request, paging = request_of(stream, known), stream.pages
	path, asked = request.path, request.asked

	def rows(answer: Any) -> list[Any]:
		return rows_of(stream.rows, answer)

	if paging.kind in ("number", "offset"):
		yield from pages.by_number(
			client,
			path,
			asked,
			rows=rows,
			param=paging.param,
			first=paging.first,
			step=0 if paging.kind == "offset" else 1,
			# a service may give fewer rows a page than it was asked for: only an empty page, or its word, ends the list
			more=paging.next.find if paging.next.text else None,
			method=stream.method,
		)
	elif paging.kind == "cursor":
		yield from pages.by_cursor(
			client,
			path,
			asked,
			rows=rows,
			next_cursor=paging.next.find,
			param=paging.param,
			method=stream.method,
		)
	elif paging.kind == "link":
		following = paging.next.find if paging.next.text else None
		yield from pages.by_link(client, path, asked, rows=rows, next_url=following)
	else:
		yield _one_answer(client, stream.method, path, asked)


def _one_answer(client: HttpClient, method: str, path: str, asked: Mapping[str, Any]) -> Any:
	if method == "GET":
		return client.get(path, asked).json()
	return client.request(method, path, json=dict(asked), safe=True).json()
