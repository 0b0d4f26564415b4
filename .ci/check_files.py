"""JSON, TOML and Python files parse; standard JSON records carry the keys Frappe syncs by."""

import ast
import json
import sys

try:
	import tomllib
except ImportError:  # Python 3.10
	tomllib = None


def problem(path: str) -> str | None:
	with open(path, encoding="utf-8") as file:
		text = file.read()
	try:
		if path.endswith(".json"):
			record = json.loads(text)
			if isinstance(record, dict) and record.get("doctype") and "modified" not in record:
				return f"{path}: a standard record without 'modified' is never synced"
		elif path.endswith(".toml") and tomllib:
			tomllib.loads(text)
		elif path.endswith(".py"):
			ast.parse(text)
	except ValueError as error:
		return f"{path}: {error}"
	return None


if __name__ == "__main__":
	found = [message for path in sys.argv[1:] if (message := problem(path))]
	print("\n".join(found))
	sys.exit(bool(found))
