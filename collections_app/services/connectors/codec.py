"""Records as JSON and back, exactly: what could not be written is kept until it can be."""

import base64
import dataclasses
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from collections_app.connectors import records

CLASSES = {name: getattr(records, name) for name in records.__all__}


def dumps(data: Any) -> str:
	return json.dumps(_encode(data), ensure_ascii=False, indent=1)


def loads(text: str) -> Any:
	"""The record again; only the dataclasses of `connectors/records.py` are ever made."""
	return _decode(json.loads(text))


def _encode(value: Any) -> Any:
	if dataclasses.is_dataclass(value):
		fields = {one.name: _encode(getattr(value, one.name)) for one in dataclasses.fields(value)}
		return {"$record": type(value).__name__, "fields": fields}
	if isinstance(value, Decimal):
		return {"$decimal": str(value)}
	if isinstance(value, datetime):
		return {"$time": value.isoformat()}
	if isinstance(value, date):
		return {"$date": value.isoformat()}
	if isinstance(value, bytes):
		return {"$bytes": base64.b64encode(value).decode()}
	if isinstance(value, tuple):
		return {"$tuple": [_encode(one) for one in value]}
	if isinstance(value, dict):
		return {str(key): _encode(one) for key, one in value.items()}
	if isinstance(value, list):
		return [_encode(one) for one in value]
	return value


def _decode(value: Any) -> Any:
	if isinstance(value, list):
		return [_decode(one) for one in value]
	if not isinstance(value, dict):
		return value
	if "$record" in value:
		fields = {name: _decode(one) for name, one in value["fields"].items()}
		return CLASSES[value["$record"]](**fields)
	if len(value) == 1:
		(key, inner), *_rest = value.items()
		if key == "$tuple":
			return tuple(_decode(one) for one in inner)
		if key in SCALARS:
			return SCALARS[key](inner)
	return {key: _decode(one) for key, one in value.items()}


SCALARS = {
	"$decimal": Decimal,
	"$time": datetime.fromisoformat,
	"$date": date.fromisoformat,
	"$bytes": base64.b64decode,
}
