"""From the database to pandas and back, with the types the engine relies on."""

from collections.abc import Iterable

import pandas as pd

# MariaDB's limit is the packet, SQLite's the number of parameters: both are far above this
CHUNK = 5000


def query_frame(query, dates: Iterable[str] = (), numbers: Iterable[str] = ()) -> pd.DataFrame:
	"""Runs a query-builder query. `dates` become datetime64[ns], `numbers` float64 (missing = 0)."""
	rows = query.run()
	frame = pd.DataFrame(rows, columns=column_names(query)) if rows else empty(column_names(query))
	return typed(frame, dates, numbers)


def column_names(query) -> list[str]:
	return [term.alias or term.name for term in query._selects]


def empty(columns: list[str]) -> pd.DataFrame:
	return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


def typed(frame: pd.DataFrame, dates: Iterable[str], numbers: Iterable[str]) -> pd.DataFrame:
	for column in dates:
		frame[column] = pd.to_datetime(frame[column]).astype("datetime64[ns]").dt.normalize()
	for column in numbers:
		frame[column] = pd.to_numeric(frame[column]).fillna(0.0).astype("float64")
	return frame


def chunks(values: Iterable, size: int = CHUNK):
	"""Lists of at most `size` values: for `isin` over many names."""
	values = list(values)
	for start in range(0, len(values), size):
		yield values[start : start + size]
