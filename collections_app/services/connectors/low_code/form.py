"""A Low-code Connector document as the JSON of its definition, and back. What is exported is what is validated and run."""

import json
from collections.abc import Mapping
from typing import Any

from frappe import _

from collections_app.connectors.low_code.definition import ENVIRONMENTS, FORMAT, VERSION
from collections_app.connectors.low_code.targets import TARGETS
from collections_app.services.connectors.low_code.words import (
	ACCOUNTS,
	ADDRESSES,
	AMOUNTS,
	AUTH,
	AUTH_FIELDS,
	CHECKS,
	CURSORS,
	HEAD,
	JSON_FIELDS,
	PAGES,
	PAGING,
	PLACES,
	SETTING,
	STREAM,
	TARGET,
)


def definition_of(doc) -> tuple[dict[str, Any], list[str]]:
	"""The JSON of a document's definition, and what of the form cannot even be read."""
	problems: list[str] = []
	auth = AUTH.get(doc.auth_kind, "none")
	made = {
		"format": FORMAT,
		"version": VERSION,
		**_taken(doc, HEAD, problems),
		"environments": _environments(doc, auth),
		"auth": {"kind": auth, **_taken(doc, AUTH_FIELDS[auth], problems)},
		"headers": _json(doc, "headers", problems),
		"settings": [_setting(row) for row in doc.settings],
		"limits": _limits(doc),
		"check_path": doc.check_path or "",
		"accounts": {key: doc.get(f"accounts_{key}") or "" for key in ACCOUNTS},
		"streams": [_stream(row, problems) for row in doc.streams],
	}
	if doc.client_certificate:
		made["auth"]["client_certificate"] = True
	if "prefix" not in made["auth"] and auth in ("login", "client_credentials", "authorization_code", "jwt"):
		made["auth"]["prefix"] = ""
	_add_mappings(doc, made["streams"], problems)
	return {key: _without_blanks(one) for key, one in made.items() if one not in ("", {}, [])}, problems


def fill(doc, made: Mapping[str, Any]) -> None:
	"""Writes a definition that was found valid into a document."""
	_put(doc, made, HEAD)
	for name in ENVIRONMENTS:
		urls = made.get("environments", {}).get(name)
		doc.set(f"has_{name}", int(urls is not None))
		for field, key in ADDRESSES.items():
			doc.set(f"{name}_{field}", (urls or {}).get(key))
	auth = {"kind": "none", **made.get("auth", {})}
	doc.auth_kind = _word(AUTH, auth["kind"])
	# what a definition does not say, it means as `connectors/low_code/auth.py` does
	standard = {
		"name": "Authorization",
		"prefix": "" if auth["kind"] == "api_key" else "Bearer",
		"algorithm": "RS256",
	}
	_put(doc, {"place": "header", **standard, **auth}, AUTH_FIELDS[auth["kind"]])
	doc.client_certificate = int(auth.get("client_certificate", False))
	doc.headers = _pretty(made.get("headers"))
	doc.check_path = made.get("check_path")
	limits = made.get("limits", {})
	doc.limit_calls, doc.limit_daily = limits.get("calls", 0), limits.get("calls_per_day", 0)
	doc.limit_seconds = limits.get("seconds", 60)
	for key in ACCOUNTS:
		doc.set(f"accounts_{key}", made.get("accounts", {}).get(key))
	doc.set("settings", [])
	for one in made.get("settings", []):
		row = doc.append(
			"settings", {"secret": int(one.get("secret", False)), "required": int(one.get("required", True))}
		)
		_put(row, one, SETTING)
	doc.set("streams", [])
	doc.set("mappings", [])
	for one in made.get("streams", []):
		_fill_stream(doc, one)


def _environments(doc, auth: str) -> dict[str, dict[str, str]]:
	wanted = {
		"client_credentials": ("url", "token_url"),
		"jwt": ("url", "token_url"),
		"authorization_code": ADDRESSES,
	}
	fields = wanted.get(auth, ("url",))
	return {
		name: {ADDRESSES[field]: doc.get(f"{name}_{field}") or "" for field in fields}
		for name in ENVIRONMENTS
		if doc.get(f"has_{name}")
	}


def _limits(doc) -> dict[str, int]:
	made = {"calls": doc.limit_calls, "seconds": doc.limit_seconds} if doc.limit_calls else {}
	return {**made, "calls_per_day": doc.limit_daily} if doc.limit_daily else made


def _setting(row) -> dict[str, Any]:
	made = {key: row.get(field) or "" for field, key in SETTING.items()}
	return {**made, "secret": bool(row.secret), "required": bool(row.required)}


def _stream(row, problems: list[str]) -> dict[str, Any]:
	place = _("Stream {0}").format(row.stream or row.idx)
	paging = PAGING.get(row.paging, "none")
	made = {
		**_taken(row, STREAM, problems, place),
		"target": TARGET.get(row.target, row.target or ""),
		"method": row.http_method or "GET",
		"params": _json(row, "params", problems, place),
		"body": _json(row, "body", problems, place) if row.http_method == "POST" else {},
		"cursor": CURSORS.get(row.cursor, "none"),
		"amounts": AMOUNTS.get(row.amounts, "decimal_point"),
		"history_days": row.history_days or 90,
		"pages": {"kind": paging, **_taken(row, PAGES[paging], problems, place)},
	}
	if paging == "number" and not row.page_first:
		made["pages"]["first"] = 0  # some begin there
	if made["pages"].get("size_param"):
		made["pages"]["size"] = row.page_size or 100
	return {**made, "next_token": row.next_token or ""} if made["cursor"] == "token" else made


def _add_mappings(doc, streams: list[dict[str, Any]], problems: list[str]) -> None:
	by_name = {one["name"]: one.setdefault("fields", {}) for one in streams if one.get("name")}
	for row in doc.mappings:
		place = _("Mapping, row {0}").format(row.idx)
		fields = by_name.get(row.stream)
		if fields is None:
			problems.append(_("{0}: there is no stream {1}.").format(place, row.stream))
		elif row.target_field in fields:
			problems.append(_("{0}: {1} of {2} is mapped twice.").format(place, row.target_field, row.stream))
		else:
			values = _value_map(row, place, problems)
			made = {"expression": row.expression or "", "constant": row.constant or "", "values": values}
			made = {key: one for key, one in made.items() if one}
			fields[row.target_field] = row.expression if set(made) == {"expression"} else made


def _value_map(row, place: str, problems: list[str]) -> dict[str, str]:
	made = {}
	for line in filter(None, map(str.strip, (row.value_map or "").splitlines())):
		theirs, sign, ours = (part.strip() for part in line.rpartition("="))
		if not (theirs and sign and ours):
			problems.append(
				_("{0}, Values: {1} is no pair; write it as theirs = ours.").format(place, repr(line))
			)
		made[theirs] = ours
	return made


def _fill_stream(doc, one: Mapping[str, Any]) -> None:
	pages = {"kind": "none", **one.get("pages", {})}
	row = doc.append(
		"streams",
		{
			"target": TARGETS[one["target"]].label,
			"http_method": one.get("method", "GET"),
			"params": _pretty(one.get("params")),
			"body": _pretty(one.get("body")),
			"cursor": _word(CURSORS, one.get("cursor", "none")),
			"amounts": _word(AMOUNTS, one.get("amounts", "decimal_point")),
			"history_days": one.get("history_days", 90),
			"next_token": one.get("next_token"),
			"paging": _word(PAGING, pages["kind"]),
			"page_first": pages.get("first", 1),
			"page_size": pages.get("size", 100),
		},
	)
	_put(row, {"every_minutes": 60, "dates": "iso", **one}, STREAM)
	_put(row, {"first": 1, **pages}, PAGES[pages["kind"]])
	for name, said in one.get("fields", {}).items():
		said = {"expression": said} if isinstance(said, str) else said
		values = [f"{theirs} = {ours}" for theirs, ours in said.get("values", {}).items()]
		doc.append(
			"mappings",
			{
				"stream": one["name"],
				"target_field": name,
				"expression": said.get("expression"),
				"constant": said.get("constant"),
				"value_map": "\n".join(values),
			},
		)


def _taken(doc, fields: Mapping[str, str], problems: list[str], place: str = "") -> dict[str, Any]:
	"""What the form says, in the definition's words."""
	made: dict[str, Any] = {}
	for field, key in fields.items():
		value = doc.get(field)
		if field in JSON_FIELDS:
			value = _json(doc, field, problems, place)
		elif field in CHECKS:
			value = bool(value)
		elif field == "key_place":
			value = PLACES.get(value, "header")
		if value not in (None, "", {}, False):
			made[key] = value
	return made


def _put(doc, made: Mapping[str, Any], fields: Mapping[str, str]) -> None:
	for field, key in fields.items():
		value = made.get(key)
		if field in JSON_FIELDS:
			value = _pretty(value)
		elif field in CHECKS:
			value = int(bool(value))
		elif field == "key_place":
			value = _word(PLACES, value)
		doc.set(field, value)


def _json(doc, field: str, problems: list[str], place: str = "") -> dict[str, Any]:
	"""A JSON object of the form; what cannot be read is told with its place."""
	text = (doc.get(field) or "").strip()
	if not text:
		return {}
	where = ", ".join(filter(None, (place, _(doc.meta.get_label(field)))))
	try:
		found = json.loads(text)
	except ValueError as error:
		problems.append(_("{0}: is no JSON ({1}).").format(where, error))
		return {}
	if not isinstance(found, dict):
		problems.append(_("{0}: must be a JSON object, in curly brackets.").format(where))
		return {}
	return found


def _pretty(value: Any) -> str:
	return json.dumps(value, ensure_ascii=False, indent=1) if value else ""


def _word(words: Mapping[str, str], code: str) -> str:
	return next(word for word, one in words.items() if one == code)


def _without_blanks(value: Any) -> Any:
	"""Empty texts and objects say nothing; parameters and bodies stay as they were written."""
	if isinstance(value, list):
		return [_without_blanks(one) for one in value]
	if not isinstance(value, dict):
		return value
	kept = {
		key: one if key in ("params", "body", "login_body", "claims") else _without_blanks(one)
		for key, one in value.items()
	}
	return {key: one for key, one in kept.items() if one not in ("", {}, []) or key in ("base_url", "prefix")}
