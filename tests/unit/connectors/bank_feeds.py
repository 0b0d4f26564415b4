"""What the tests of bank feeds share."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from collections_app.connectors.base import BadRecord, Checkpoint, Record
from collections_app.engine.statements import BankLine, Statement
from tests.unit.connectors import contract
from tests.unit.connectors.contract import Found, Trial

CONNECTORS = Path(contract.__file__).parents[3] / "collections_app" / "connectors"


def today() -> date:
	return date.today()


def exact(amount: str) -> Decimal:
	return Decimal(amount)


def fixture(provider: str, name: str) -> Any:
	"""An answer as the provider's public documentation shows it."""
	return json.loads((CONNECTORS / provider / "fixtures" / name).read_text(encoding="utf-8"))


def found(provider: str) -> Found:
	return contract._found(f"collections_app.connectors.{provider}")


def read(trial: Trial) -> list[Record | BadRecord | Checkpoint]:
	"""One sync's entries; the cursor goes on as the runner's would."""
	entries = list(trial.connect().read(trial.case.stream, trial.cursor))
	for entry in entries:
		if isinstance(entry, Checkpoint):
			trial.cursor = dict(entry.cursor)
	return entries


def statements(entries) -> list[Statement]:
	return [one.data for one in entries if isinstance(one, Record)]


def lines(entries) -> list[BankLine]:
	return [line for statement in statements(entries) for line in statement.lines]
