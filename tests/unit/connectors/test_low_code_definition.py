"""What a definition of a low-code connector may say, and what is told of one that is wrong."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import collections_app
from collections_app.connectors.base import DataError
from collections_app.connectors.low_code import placeholders, targets
from collections_app.connectors.low_code.connector import connector_of
from collections_app.connectors.low_code.definition import Definition, DefinitionError
from collections_app.connectors.low_code.expressions import LONGEST, Expression, ExpressionError
from collections_app.tests.rest_server import FIXTURES, definition
from tests.unit.connectors.definitions import minimal

MAPPING = {"reference": "id", "state": {"constant": "Sent"}}
DOCS = Path(collections_app.__file__).parents[1] / "docs" / "low-code-connector.md"


def problems(values) -> str:
	with pytest.raises(DefinitionError) as raised:
		Definition.of(values)
	return str(raised.value)


def status(**stream) -> dict:
	return minimal("message_status", MAPPING, **stream)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda one: one.stem)
def test_the_examples_are_valid(file):
	made = connector_of(Definition.of(definition(file.stem)))
	assert made.manifest.name == made.definition.name
	assert [one.name for one in made.manifest.streams] == [one.name for one in made.definition.streams]


@pytest.mark.parametrize(
	("stream", "said"),
	[
		({"target": "weather"}, "Stream things, target: 'weather' is none of bank_statement"),
		(
			{"fields": {**MAPPING, "at": "a..b"}},
			"Stream things, field at, expression: 'a..b' is not JMESPath",
		),
		({"fields": {**MAPPING, "at": {}}}, "field at: takes either an expression or a constant"),
		({"fields": {"reference": "id"}}, "Stream things, field state: is required"),
		({"fields": {**MAPPING, "state": {"constant": "Lost"}}}, "field state, constant: 'Lost' is none of"),
		(
			{"fields": {**MAPPING, "state": {"expression": "s", "values": {"x": "Lost"}}}},
			"field state, values.x",
		),
		(
			{"fields": {**MAPPING, "at": {"constant": "{{since}}"}}},
			"field at, constant: nothing is known as {{since}}",
		),
		({"path": "https://elsewhere.example"}, "must be a path below the base address"),
		({"path": "//elsewhere.example"}, "must be a path below the base address"),
		({"path": "../admin"}, "must be a path below the base address"),
		({"path": "things?api_key=abc"}, "path, api_key: looks like a secret"),
		({"params": {"token": "abc"}}, "params, token: looks like a secret"),
		({"method": "POST", "body": {"a": {"password": "x"}}}, "body, a, password: looks like a secret"),
		({"params": {"x": "{{nowhere}}"}}, "params: nothing is known as {{nowhere}}"),
		({"path": "things/{{account}}"}, "path: nothing is known as {{account}}"),
		({"rows": "data[?a]"}, "rows: leaves rows out; put the condition under where"),
		(
			{"rows": "a[].b", "pages": {"kind": "offset", "param": "skip"}},
			"rows: must be a list as it stands",
		),
		({"body": {"a": 1}}, "body: only a POST has a body"),
		({"pages": {"kind": "number"}}, "pages, param: name the parameter of the page"),
		({"pages": {"kind": "cursor", "param": "c"}}, "pages, next: is missing"),
		({"pages": {"kind": "link"}, "method": "POST"}, "pages: links are followed by GET only"),
		({"cursor": "token", "next_token": "t"}, "cursor: is by token, but no parameter takes {{token}}"),
		({"cursor": "token", "params": {"t": "{{token}}"}}, "next_token: is missing"),
		({"dates": "%m"}, "dates: '%m' is none of iso, epoch, epoch_ms"),
		({"amounts": "roman"}, "amounts: 'roman' is none of"),
		({"every_minutes": 1}, "every_minutes: must lie between 5 and"),
		({"every_minutes": True}, "every_minutes: must be a whole number"),
		({"name": "Things!"}, "name: takes small letters, digits and underscores"),
		({"collor": "red"}, "Stream things, collor: is not known here"),
	],
)
def test_slips_in_a_stream(stream, said):
	assert said in problems(status(**stream))


@pytest.mark.parametrize(
	("changes", "said"),
	[
		({"name": ""}, "name: is missing"),
		({"streams": []}, "There is no stream"),
		({"streams": "x"}, "streams: must be a list"),
		({"streams": [1]}, "Stream 1: is no object"),
		({"environments": {}}, "environments: name the address of production"),
		(
			{"environments": {"production": {"base_url": "http://api.example"}}},
			"base_url: is not an https address",
		),
		({"environments": {"moon": {}}}, "environments, moon: is not known here"),
		({"auth": {"kind": "client_credentials"}}, "environments, production, token_url: is missing"),
		({"auth": {"kind": "login", "login_path": "x", "token": "t"}}, "must take {{user}} and {{password}}"),
		({"auth": {"kind": "magic"}}, "auth, kind: 'magic' is none of"),
		({"headers": {"Authorization": "Bearer x"}}, "headers, Authorization: looks like a secret"),
		({"headers": {"Host": "x"}}, "headers, Host: is no header that can be set"),
		({"headers": {"X\r\nY": "x"}}, "is no header that can be set"),
		({"headers": {"X-A": "a\nb"}}, "has more than one line"),
		({"settings": [{"name": "a", "label": "A"}] * 2}, "Setting a: is there twice"),
		(
			{"settings": [{"name": "a", "label": "A", "secret": True, "default": "x"}]},
			"a secret has no default",
		),
		({"docs": "javascript:alert(1)"}, "docs: is not an https address"),
		({"category": "Weather"}, "category: 'Weather' is none of"),
		({"version": 2}, "no definition of a low-code connector of version 1"),
		({"check_path": "https://x.example"}, "check_path: must be a path"),
	],
)
def test_slips_elsewhere(changes, said):
	assert said in problems({**status(), **changes})


def test_all_slips_are_told_together():
	said = problems({**status(path="", amounts="x"), "category": "y", "more": 1})
	assert len(said.splitlines()) == 4


@settings(deadline=None)
@given(
	st.recursive(
		st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
		lambda inner: st.one_of(
			st.lists(inner, max_size=3),
			st.dictionaries(
				st.sampled_from(
					["name", "streams", "auth", "environments", "fields", "target", "pages", "kind"]
				),
				inner,
				max_size=5,
			),
		),
		max_leaves=20,
	)
)
def test_any_json_is_a_definition_or_told(values):
	"""An import is never another error than the list of what is wrong."""
	with pytest.raises(DefinitionError):
		Definition.of(values)


def test_bank_transactions_without_a_list_of_accounts():
	"""Each connection enters the number of its account."""
	made = Definition.of(
		minimal("bank_statement", {"booking_date": "d", "amount": "a"}, path="accounts/{{account}}")
	)
	assert [one.name for one in made.fields] == ["account"]


# -- expressions and placeholders


@pytest.mark.parametrize("text", ["a[", "a..b", "@@", "a b", "'x", "(" * 500, "f(", "a" * (LONGEST + 1)])
def test_no_expression(text):
	with pytest.raises(ExpressionError):
		Expression.of(text)


@settings(deadline=None)
@given(st.text(max_size=30), st.recursive(st.integers() | st.none(), st.lists))
def test_any_text_is_an_expression_or_told(text, data):
	try:
		Expression.of(text).find(data)
	except (ExpressionError, DataError) as error:
		assert str(error)


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_value_stays_one_part_of_a_path(value):
	"""An account's id leads nowhere else."""
	try:
		path = placeholders.fill("accounts/{{account}}/list", {"account": value}, quoted=True)
	except DataError:
		assert value in (".", "..")
	else:
		assert re.fullmatch(r"accounts/[^/?#\\]+/list", path)


def test_placeholders():
	values = {"since": date(2026, 3, 1), "token": "", "size": 5}
	asked = {
		"from": "{{since}}",
		"day": "{{ since:%d.%m.%Y }}",
		"t": "{{token}}",
		"n": ["{{token}}", 1],
		"at": "{{since:epoch}}",
	}
	assert placeholders.fill_all(asked, values) == {
		"from": "2026-03-01",
		"day": "01.03.2026",
		"n": [1],
		"at": "1772323200",
	}
	# no template language: what is no placeholder stays
	assert (
		placeholders.fill("{% if x %}{{ 7*7 }}{{size.__class__}}", values)
		== "{% if x %}{{ 7*7 }}{{size.__class__}}"
	)


# -- docs


def test_the_docs_list_every_field():
	"""The page has the table of each target as the code has it."""
	said = DOCS.read_text(encoding="utf-8")
	for target in targets.TARGETS.values():
		lines = [
			f"| `{one.name}`{' *' if one.required else ''} | {one.kind} | {meaning(one)} |"
			for one in target.fields
		]
		table = "\n".join(
			[f"### {target.label} (`{target.name}`)", "", "| field | kind | |", "|---|---|---|", *lines]
		)
		assert table in said, table


def meaning(field: targets.TargetField) -> str:
	words = [field.label, field.help, ", ".join(field.choices)]
	return ". ".join(one.rstrip(".") for one in words if one)
