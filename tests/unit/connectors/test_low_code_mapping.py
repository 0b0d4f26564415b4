"""The mapping of low-code connectors: values as their kind, rows as the dataclass of their target, slips named by field."""

from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.connectors import records
from collections_app.connectors.bank_feed import BankAccount
from collections_app.connectors.base import DataError
from collections_app.connectors.low_code import targets
from collections_app.connectors.low_code.definition import Definition
from collections_app.connectors.low_code.mapping import Mapper, RowError
from tests.unit.connectors.definitions import minimal

DAY = date(2026, 3, 1)
ACCOUNT = BankAccount("A1", "A1", "DE02120300000000202051", "EUR")
CLASSES = {
	"bank_statement": records.BankLine,
	"credit_report": records.CreditReport,
	"cover": records.Cover,
	"message_status": records.MessageStatus,
	"customer_field": records.CustomerField,
	"payment": records.Payment,
}
# fields that say how to read others, or become another field
HELPERS = {
	"bank_statement": {"direction", "paid_in", "paid_out", "account"},
	"credit_report": {"score", "score_worst", "score_best", "probability_percent", "external_id"},
	"cover": {"external_id"},
	"message_status": {"external_id"},
	"customer_field": set(),
	"payment": {"external_id"},
}
# what no row of JSON brings, or the connector sets itself
NOT_OFFERED = {
	"bank_statement": {"batch_id"},
	"credit_report": {"score_0_100", "file", "file_name", "customer"},
	"cover": set(),
	"message_status": {"proof", "proof_name"},
	"customer_field": {"fieldname", "value"},
	"payment": set(),
}
amounts = st.decimals(
	min_value=Decimal("-99999999999.99"),
	max_value=Decimal("99999999999.99"),
	places=2,
	allow_nan=False,
	allow_infinity=False,
)


def mapper(target: str, mapping: dict, **stream) -> Mapper:
	definition = Definition.of(minimal(target, mapping, **stream))
	return Mapper(definition.streams[0], "Service", DAY)


def bank(mapping: dict | None = None, **stream) -> Mapper:
	return mapper("bank_statement", {"booking_date": "day", "amount": "amount", **(mapping or {})}, **stream)


# -- the table of targets


@pytest.mark.parametrize("name", CLASSES)
def test_the_table_fits_the_dataclass(name):
	"""Each field of a target is one of its dataclass, or says how to read one; what the dataclass requires can be mapped."""
	target = targets.TARGETS[name]
	offered = {one.name for one in target.fields}
	known = {one.name for one in fields(CLASSES[name])}
	assert offered - known == HELPERS[name] - known
	assert known - offered == NOT_OFFERED[name]
	assert all(one.label and one.kind for one in target.fields)
	assert all(one.usual for one in target.fields if one.required)
	assert all(one.choices for one in target.fields if one.kind == targets.CHOICE)


def test_every_target_has_its_class():
	assert set(CLASSES) == set(targets.TARGETS)


# -- rows


@settings(deadline=None)
@given(amounts.filter(bool), st.sampled_from(["CRDT", "DBIT", "credit", "D", "-", "in", "Debit"]))
def test_the_direction_decides_the_sign(amount, word):
	line = bank({"direction": "side"}).line(
		{"day": "2026-02-01", "amount": str(amount), "side": word}, ACCOUNT
	)
	assert line.amount == (abs(amount) if word in ("CRDT", "credit", "in") else -abs(amount))


def test_columns_for_in_and_out():
	both = mapper("bank_statement", {"booking_date": "day", "paid_in": "in", "paid_out": "out"})
	assert both.line({"day": "2026-02-01", "in": "5.00", "out": ""}, ACCOUNT).amount == Decimal("5.00")
	assert both.line({"day": "2026-02-01", "in": None, "out": "-7.00"}, ACCOUNT).amount == Decimal("-7.00")
	with pytest.raises(RowError, match="amount: the row has none"):
		both.line({"day": "2026-02-01"}, ACCOUNT)


def test_a_line_in_full():
	full = bank(
		{
			"external_id": "id",
			"value_date": "value",
			"currency": "money.unit",
			"counterparty_name": "party.name",
			"remittance": "[text1, text2]",
			"end_to_end_id": "e2e",
			"bank_transaction_code": "code",
		}
	)
	row = {
		"id": 17,
		"day": "2026-02-01T10:00:00Z",
		"value": "2026-02-02",
		"amount": -3.1,
		"money": {"unit": "usd"},
		"party": {"name": "  Payer   GmbH "},
		"text1": "Invoice",
		"text2": None,
		"e2e": "NOTPROVIDED",
		"code": "PMNT-RCDT-RRTN",
	}
	line = full.line(row, ACCOUNT)
	assert line == records.BankLine(
		external_id="17",
		booking_date=date(2026, 2, 1),
		value_date=date(2026, 2, 2),
		amount=Decimal("-3.1"),
		currency="USD",
		counterparty_name="Payer GmbH",
		remittance="Invoice",
		bank_transaction_code="PMNT-RCDT-RRTN",
		is_reversal=True,
	)


def test_a_line_without_an_id():
	"""It is known again by its content; another amount is another line."""
	plain = bank({"remittance": "text"})
	row = {"day": "2026-02-01", "amount": "5.00", "text": "a"}
	assert plain.line(row, ACCOUNT).external_id == plain.line(dict(row), ACCOUNT).external_id
	assert plain.line(row, ACCOUNT).external_id != plain.line({**row, "amount": "5.01"}, ACCOUNT).external_id


def test_each_field_that_is_wrong_is_named():
	"""All of them at once, with the value that was found."""
	strict = bank({"currency": "unit", "is_reversal": "back"})
	with pytest.raises(RowError) as raised:
		strict.line({"day": "yesterday", "amount": "x", "unit": "EURO", "back": "maybe"}, ACCOUNT)
	assert {one.field for one in raised.value.problems} == {
		"booking_date",
		"amount",
		"currency",
		"is_reversal",
	}
	assert "'yesterday'" in str(raised.value) and "'EURO'" in str(raised.value)
	with pytest.raises(RowError, match="booking_date: 'day' finds nothing"):
		bank().line({"amount": "1.00"}, ACCOUNT)


def test_a_function_that_does_not_fit():
	joined = bank({"remittance": "join(' ', texts)"})
	with pytest.raises(RowError, match=r"remittance: .*does not fit"):
		joined.line({"day": "2026-02-01", "amount": "1", "texts": None}, ACCOUNT)


def test_values_are_translated():
	cover = mapper(
		"cover",
		{
			"customer_id": "buyer",
			"amount": "limit",
			"currency": {"constant": "EUR"},
			"status": {"expression": "state", "values": {"7": "Active", "8": "Reduced"}},
		},
	)
	((identity, made),) = cover.records({"buyer": 5, "limit": 100, "state": 7})
	assert (identity, made.status, made.insurer, made.named) == ("5", "Active", "Service", True)
	with pytest.raises(RowError, match="status: 9 is none of Active"):
		cover.records({"buyer": 5, "limit": 100, "state": 9})
	with pytest.raises(RowError, match="not negative"):
		cover.records({"buyer": 5, "limit": -1, "state": 7})


@settings(deadline=None)
@given(st.integers(100, 600))
def test_a_score_on_another_scale(score):
	"""100 is best whatever the provider's scale; its own score is kept."""
	report = mapper(
		"credit_report",
		{
			"customer_id": "id",
			"reported_on": {"constant": "{{today}}"},
			"score": "index",
			"score_worst": {"constant": "600"},
			"score_best": {"constant": "100"},
		},
	)
	((identity, made),) = report.records({"id": "C1", "index": score})
	assert identity == f"C1|{DAY}" and made.reported_on == DAY
	assert made.score_0_100 == pytest.approx((600 - score) / 5, abs=0.05)
	assert made.provider_score == str(score)


def test_what_a_report_refuses():
	fields_of_report = {"customer_id": "id", "reported_on": "day", "score": "score"}
	row = {"id": "C1", "day": "2026-02-01", "score": 101}
	with pytest.raises(RowError, match="score: 101 does not lie between 0 and 100"):
		mapper("credit_report", fields_of_report).records(row)
	no_scale = {"score_worst": {"constant": "5"}, "score_best": {"constant": "5"}}
	with pytest.raises(RowError, match="the best and the worst value are the same"):
		mapper("credit_report", {**fields_of_report, **no_scale}).records({**row, "score": 5})
	limited = mapper("credit_report", {**fields_of_report, "credit_limit": "limit", "currency": "unit"})
	with pytest.raises(RowError, match="currency: a credit limit needs one"):
		limited.records({**row, "score": 5, "limit": 100})
	likely = mapper("credit_report", {**fields_of_report, "probability_percent": "pd"})
	assert likely.records({**row, "score": 5, "pd": 2.5})[0][1].probability_of_default == 0.025
	with pytest.raises(RowError, match="probability_percent: is no probability"):
		likely.records({**row, "score": 5, "pd": 250})


def test_a_customer_gives_a_record_for_each_field():
	crm = mapper(
		"customer_field",
		{"customer_id": "id", "tax_id": "vat", "customer.website": "site", "customer.mobile_no": "phone"},
	)
	made = crm.records({"id": 4, "vat": "DE1", "site": "https://x.example", "phone": ""})
	assert [(identity, one.fieldname, one.value, one.tax_id) for identity, one in made] == [
		("4|website|https://x.example", "website", "https://x.example", "DE1")
	]


def test_rows_that_are_left_out():
	picky = bank({"account": "iban"}, where="status == 'booked'")
	assert picky.wanted({"status": "booked"}) and not picky.wanted({"status": "pending"})
	assert picky.of_account({"iban": "de02 1203 0000 0000 2020 51"}, ACCOUNT)
	assert not picky.of_account({"iban": "DE02500105170137075030"}, ACCOUNT)


@settings(deadline=None)
@given(
	st.recursive(
		st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
		lambda inner: st.one_of(
			st.lists(inner, max_size=3),
			st.dictionaries(st.sampled_from(["day", "amount", "unit", "side", "text"]), inner, max_size=5),
		),
		max_leaves=10,
	)
)
def test_any_row_is_a_line_or_an_error(row):
	"""Whatever a service answers, a row is mapped or told; nothing else happens."""
	any_bank = bank({"currency": "unit", "direction": "side", "remittance": "text"})
	try:
		line = any_bank.line(row, ACCOUNT)
	except DataError as error:
		assert str(error)
	else:
		assert line.amount.is_finite() and line.booking_date and line.external_id


def test_minor_units_need_the_currency():
	"""A currency that stands behind the amount in the definition is read before it."""
	yen = bank({"currency": "unit"}, amounts="minor_units")
	row = {"day": "2026-02-01", "amount": 500}
	assert yen.line({**row, "unit": "JPY"}, ACCOUNT).amount == Decimal(500)
	assert yen.line(row, ACCOUNT).amount == Decimal("5.00")
	assert yen.line({**row, "day": str(DAY - timedelta(days=1))}, ACCOUNT).booking_date == date(2026, 2, 28)
