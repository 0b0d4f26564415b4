"""Sentences that know what they are made of."""

import copy
import json
import pickle
from dataclasses import asdict, dataclass
from datetime import date

import pytest

from collections_app.engine.statements import StatementError
from collections_app.engine.texts import Text, joined


def test_is_the_finished_sentence():
	text = Text("{0} answered {1}", "HubSpot", 404)
	assert text == "HubSpot answered 404"
	assert (text.template, text.values) == ("{0} answered {1}", ("HubSpot", 404))


def test_brackets_in_the_words_of_others_stay():
	"""A value is never taken for a template, and words without values are none."""
	assert Text("{0}: {1}", "A", "{0} {broken} {") == "A: {0} {broken} {"
	assert Text("{0} {") == "{0} {"
	assert Text("{0}.", Text("{1} {")) == "{1} {."


def test_values_are_kept_as_they_are_said():
	"""Days and numbers can be written anew for the reader; whatever else is text from the start."""
	kept = Text("{0} {1} {2} {3}", 3, date(2026, 1, 31), Text("amount"), KeyError("id")).values
	assert kept == (3, date(2026, 1, 31), "amount", "'id'")
	assert isinstance(kept[2], Text) and type(kept[3]) is str


def test_a_text_of_a_text_is_that_text():
	text = Text("{0} gives no tokens.", "A")
	assert Text(text) is text


def test_changed_hides_at_every_depth():
	"""What is hidden is hidden in the values, too, of which the sentence is made again."""
	text = Text("{0}: {1}", "A", Text("refused: {0}", "key s3cret!"))
	hidden = text.changed(lambda one: one.replace("s3cret!", "***"))
	assert hidden == "A: refused: key ***"
	assert "s3cret!" not in repr((hidden.values, hidden.values[1].values))
	assert hidden.values[1].template == "refused: {0}"


def test_changed_leaves_nothing_that_stands_across_values():
	"""A secret that only the finished sentence shows is hidden, at the price of the translation."""
	hidden = Text("{0}{1}", "s3c", "ret!").changed(lambda one: one.replace("s3cret!", "***"))
	assert (hidden, hidden.template, hidden.values) == ("***", "***", ())


def test_words_without_values_are_changed():
	assert Text("key s3cret!").changed(lambda one: one.replace("s3cret!", "***")) == "key ***"


def test_joined():
	text = joined(", ", [Text("{0} is missing", "a"), "b {0}"])
	assert text == "a is missing, b {0}"
	assert text.values[0].template == "{0} is missing"
	assert joined(", ", []) == ""


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_copies_stay_whole(again):
	text = again(Text("{0} has {1}", "{a}", Text("no {0}", "id")))
	assert text == "{a} has no id"
	assert (text.template, text.values[1].template) == ("{0} has {1}", "no {0}")


def test_is_a_str_to_others():
	@dataclass
	class Row:
		problem: str

	text = Text("{0} is missing", "IBAN")
	assert json.dumps(asdict(Row(text))) == '{"problem": "IBAN is missing"}'
	assert type(str(text)) is str


def test_statement_error_keeps_message_and_position():
	error = StatementError(Text("The amount {0} is no amount", "'x'"), Text("Row {0}", 3))
	assert str(error) == "Row 3: The amount 'x' is no amount"
	assert (error.message, error.position) == ("The amount 'x' is no amount", "Row 3")
	assert [one.template for one in error.text.values] == ["Row {0}", "The amount {0} is no amount"]
