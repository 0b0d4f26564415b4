"""Tries a stream without writing records: the raw answer beside the rows as they would be mapped."""

import json
import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from collections_app.connectors.base import ConnectorError
from collections_app.connectors.low_code.preview import SHOWN_ROWS, Preview, PreviewRow, preview
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import plain, write_log
from collections_app.services.texts import message_of, told

SHOWN_CHARACTERS = 60_000


def try_stream(doc, stream: str, config) -> dict[str, Any]:
	"""ok and message; `answer` (masked JSON, cut), `columns` and `rows` of the first page. The provider is asked, so the
	requests are logged; nothing else is kept but tokens and the count of calls."""
	if config.connector != doc.name:
		frappe.throw(_("{0} is no connection of {1}.").format(config.name, doc.name))
	if stream not in [row.stream for row in doc.streams]:
		frappe.throw(_("{0} has no stream {1}.").format(doc.name, stream))
	started, lent, found, masker = time.perf_counter(), None, None, None
	try:
		with lend(config) as lent:
			found = preview(lent.connector, stream)
			masker = lent.connector.http.masker
		problem = told(found.problem)
	except ConnectorError as error:
		problem = message_of(error)
	if lent and lent.request_count:
		write_log(
			config.name,
			"Test",
			"Failed" if problem else "Success",
			stream=stream,
			seconds=round(time.perf_counter() - started, 2),
			message=plain(problem or _("{0} row(s) on the first page").format(found.count)),
			requests=lent.requests,
			request_count=lent.request_count,
		)
	return {
		"ok": not problem,
		"message": problem or _summary(found),
		"request": f"{lent.requests[-1].method} {lent.requests[-1].url}" if lent and lent.requests else "",
		"answer": _answer(masker, found.answer) if found else "",
		"columns": _columns(doc, stream, found),
		"rows": [_row(masker, one) for one in found.rows] if found else [],
	}


def _columns(doc, stream: str, found: Preview | None) -> list[str]:
	"""The mapped fields, then what follows from them."""
	mapped = [
		row.target_field for row in doc.mappings if row.stream == stream and (row.expression or row.constant)
	]
	more = [name for row in found.rows for name in row.values] if found else []
	return list(dict.fromkeys([*mapped, *more]))


def _summary(found: Preview) -> str:
	wrong = sum(bool(one.problems) for one in found.rows)
	left_out = sum(one.left_out for one in found.rows)
	parts = [_("{0} row(s) on the first page").format(found.count)]
	if found.account:
		parts[0] += " " + _("of account {0}").format(found.account)
	if found.count > SHOWN_ROWS:
		parts.append(_("the first {0} are shown").format(SHOWN_ROWS))
	if wrong:
		parts.append(_("{0} cannot be mapped").format(wrong))
	if left_out:
		parts.append(_("{0} left out by the condition").format(left_out))
	return ", ".join(parts) + "."


def _answer(masker, answer: Any) -> str:
	text = masker.text(json.dumps(masker.values(answer), ensure_ascii=False, indent=2, default=str))
	if len(text) <= SHOWN_CHARACTERS:
		return text
	return text[:SHOWN_CHARACTERS] + "\n" + _("… cut here; the answer has {0} characters").format(len(text))


def _row(masker, row: PreviewRow) -> dict[str, Any]:
	return {
		"number": row.number,
		"left_out": row.left_out,
		"values": {name: masker.text(_shown(one)) for name, one in row.values.items()},
		"problems": [{"field": one.field, "message": masker.text(told(one.message))} for one in row.problems],
	}


def _shown(value: Any) -> str:
	if isinstance(value, bool):
		return _("Yes") if value else _("No")
	if isinstance(value, Decimal):
		return f"{value:f}"
	if isinstance(value, datetime):
		return value.isoformat(sep=" ")
	if isinstance(value, date):
		return value.isoformat()
	if isinstance(value, dict | list):
		return json.dumps(value, ensure_ascii=False)
	return f"{value:g}" if isinstance(value, float) else str(value)
