"""Bank statement files as statements and lines: `detect(data, filename)`, `parse(data, filename, csv_formats)`."""

from collections_app.engine.statements.camt import parse_camt
from collections_app.engine.statements.csv_formats import CsvFormat
from collections_app.engine.statements.csv_mapping import CsvMapping
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.registry import detect, parse

__all__ = [
	"BankLine",
	"CsvFormat",
	"CsvMapping",
	"Statement",
	"StatementError",
	"detect",
	"parse",
	"parse_camt",
]
