"""Errors say a template and its values, so that whoever shows them can say them in another language."""

import ast
import pickle
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from string import Formatter

import pytest

import collections_app.connectors as package
import collections_app.engine as engine
from collections_app.connectors.errors import (
	ConfigurationError,
	ConnectorError,
	DataError,
	RateLimitError,
	TransientError,
	UnsupportedError,
	reason_of,
)
from collections_app.connectors.http import HttpClient
from collections_app.connectors.http.auth import bearer
from collections_app.connectors.low_code.mapping import RowError
from collections_app.connectors.runtime import Runtime
from collections_app.engine.texts import SaidError, Text
from collections_app.setup.labels_in_code import SAYING, sentences_of
from collections_app.tests.api_server import ApiServer

FOLDERS = (Path(package.__file__).parent, Path(engine.__file__).parent)
MODULES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py"))]


PLACE_OF_SENTENCE = {"BadRecord": 3, "Problem": 1, "ConditionError": 2, **dict.fromkeys(SAYING, 0)}
# what a programmer did wrong, with the arguments of a calculation; the last two say what is missing, which a service puts
# into a sentence
OF_THE_CODE = {
	*("FrameError", "InterestError", "SettlementError", "MatchInputError"),
	*("ShortHistoryError", "TooLittleHistoryError"),
}
# those with values of their own, which their Text names
WITH_VALUES = {"ConditionError", "PlanRuleError", "TooFewInvoicesError", "LookAheadError"}


def kinds(base: type = ConnectorError) -> set[str]:
	for found in walk_packages(package.__path__, f"{package.__name__}."):
		import_module(found.name)
	return {base.__name__, *(name for one in base.__subclasses__() for name in kinds(one))}


def test_template_and_values():
	error = DataError("{0} is not the ID of a company in HubSpot.", "4{2}", status=404)
	assert str(error) == "4{2} is not the ID of a company in HubSpot."
	assert (error.text.template, error.text.values) == (
		"{0} is not the ID of a company in HubSpot.",
		("4{2}",),
	)
	assert error.status == 404


def test_a_text_is_said_as_it_is():
	"""An error that stands for another one keeps what that one was made of."""
	inner = DataError("{0} gave the same page twice.", "A")
	assert TransientError(inner.text).text is inner.text
	assert (
		ConfigurationError("{0} Look.", inner.text).text.values[0].template == "{0} gave the same page twice."
	)


def test_times_and_status_stand_beside_the_values():
	at = datetime(2026, 1, 1, tzinfo=timezone.utc)
	error = RateLimitError("{0} allows no more calls before {1}.", "A", "noon", next_allowed=at, status=429)
	assert (str(error), error.next_allowed, error.status) == ("A allows no more calls before noon.", at, 429)


def test_reason_of_any_error():
	assert isinstance(reason_of(DataError("{0}", "a")), Text)
	assert reason_of(KeyError("id")) == "'id'"


def test_survives_another_process():
	error = pickle.loads(pickle.dumps(DataError("{0} is no date", "{x}")))
	assert (str(error), error.text.template) == ("{x} is no date", "{0} is no date")


def test_secrets_are_masked_within_the_values():
	"""A provider that quotes our key: neither the sentence nor what it is made of holds it."""
	told = []
	with ApiServer() as server:
		server.fault("422", path="/echo")
		runtime = Runtime(allowed_hosts=frozenset({server.host}), log=told.append, sleep=lambda seconds: None)
		client = HttpClient(
			server.url,
			runtime,
			bearer("s3cret-key"),
			name="A",
			explain=lambda status, body: "your key s3cret-key {0} is wrong",
		)
		with pytest.raises(DataError) as raised:
			client.get("/echo")
	text = raised.value.text
	assert str(raised.value) == text == "A answered 422: your key *** {0} is wrong."
	for one in (text, told[0].error):
		assert "s3cret-key" not in repr((one.template, one.values, one.values[0].values))
	assert text.values[0].template == told[0].error.values[0].template == "{0} answered {1}: {2}"


def test_every_kind_of_error_is_read_for_the_translators():
	"""But for those that say no sentence of their own: a verb, the problems of a row."""
	assert kinds() - SAYING == {UnsupportedError.__name__, RowError.__name__}


def test_every_error_of_the_engine_is_said_or_of_the_code():
	"""A new one either speaks to people, and is read for the translators, or is named here as the programmer's."""
	said, others = set(), set()
	for found in walk_packages(engine.__path__, f"{engine.__name__}."):
		for name, one in vars(import_module(found.name)).items():
			if (
				isinstance(one, type)
				and issubclass(one, Exception)
				and one.__module__.startswith(engine.__name__)
			):
				(said if issubclass(one, SaidError) else others).add(name)
	assert said - {"SaidError"} - WITH_VALUES <= SAYING
	assert said >= WITH_VALUES
	assert others - {"StatementError"} == OF_THE_CODE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_sentence_is_put_together(path):
	"""No f-string and no sum of pieces stands where a sentence is said: nobody could translate it."""
	for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
		if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
			continue
		said = PLACE_OF_SENTENCE.get(node.func.id)
		if said is not None and said < len(node.args):
			pieces = (ast.JoinedStr, ast.BinOp)
			# no literal is read there: it has to be a Text
			pieces += (ast.Constant,) if node.func.id == "ConditionError" else ()
			assert not isinstance(node.args[said], pieces), f"line {node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_fit_their_values(path):
	"""As many values as the template names: Text would raise where the sentence is needed."""
	for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
		if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING):
			continue
		if not node.args or not isinstance(node.args[0], ast.Constant):
			continue
		values = node.args[1:]
		# a StatementError has no values of its own: its second argument is where in the file
		if (
			node.func.id == "StatementError"
			or not values
			or any(isinstance(one, ast.Starred) for one in values)
		):
			continue
		named = {
			name for _text, name, _form, _kind in Formatter().parse(node.args[0].value) if name is not None
		}
		assert named == {str(number) for number in range(len(values))}, f"line {node.lineno}"


def test_sentences_are_found():
	code = b"""
raise DataError("{0} is no date", value)
raise StatementError(Text("one" if found else "two"), where)
Text(chosen or "the service")
raise UnsupportedError("check")
raise ValueError("of Python")
"""
	assert {text for _line, text in sentences_of(code)} == {"{0} is no date", "one", "two", "the service"}
