"""The shortest definition of a low-code connector, to be changed by a test."""

from typing import Any


def minimal(target: str, mapping: dict[str, Any], /, **stream: Any) -> dict[str, Any]:
	return {
		"name": "Service",
		"description": "A service.",
		"environments": {"production": {"base_url": "https://api.service.example/v1"}},
		"streams": [{"name": "things", "target": target, "path": "things", "fields": mapping, **stream}],
	}
