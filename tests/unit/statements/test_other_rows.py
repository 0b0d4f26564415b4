from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.statements import BankLine
from collections_app.engine.statements.identity import external_id, reference_of
from collections_app.engine.statements.other_rows import OtherRow, claim

DAY = date(2026, 11, 18)


def line(known: str, amount: int = 5, text: str = "Invoice 4711", day: date = DAY) -> BankLine:
	return BankLine(known, day, day, Decimal(amount), "EUR", remittance=text)


def row(name: str, amount: int = 5, text: str = "INVOICE-4711", known: str = "", **values) -> OtherRow:
	return OtherRow(name, values.pop("day", DAY), Decimal(amount), ("", text), known, **values)


def test_a_row_answers_for_one_line():
	assert claim([line("a"), line("b")], [row("X")]) == {0: "X"}
	assert claim([line("a"), line("b")], [row("X"), row("Y"), row("Z")]) == {0: "X", 1: "Y"}


def test_the_id_goes_before_the_text():
	assert claim([line("a"), line("b")], [row("X", known="b"), row("Y", text="else")]) == {1: "X"}


def test_the_bank_s_reference_is_an_id():
	known = external_id("ACC", "REF77", DAY, Decimal(5), "")
	assert reference_of(known) == reference_of(f"{known}-2") == "REF77"
	assert claim([line(known)], [row("X", text="else", known="REF77")]) == {0: "X"}
	assert claim([line(known)], [row("X", text="else", known="REF77", amount=6)]) == {}
	assert reference_of(external_id("ACC", "", DAY, Decimal(5), "text")) == ""


def test_shared_ids():
	"""With ids of the same kind another id is another movement, and the same one is it whatever else was corrected."""
	assert claim([line("a")], [row("X", known="b")], shared_ids=True) == {}
	assert claim([line("a")], [row("X", known="a", amount=6)], shared_ids=True) == {0: "X"}
	assert claim([line("a")], [row("X")], shared_ids=True) == {0: "X"}


def test_what_is_too_little():
	for other in (
		row("X", amount=-5),
		row("X", text="Invoice 4712"),
		row("X", cancelled=True),
		row("X", text=""),
	):
		assert claim([line("a")], [other]) == {}
	assert claim([line("a", text="a-1")], [row("X", text="a1")]) == {}
	assert claim([line("a", text="NOTPROVIDED")], [row("X", text="NOTPROVIDED")]) == {}


SOME = st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["Invoice 1", "Invoice 2"])), max_size=8)


@given(SOME, SOME)
def test_no_payment_is_ever_lost(ours, theirs):
	"""Each claimed row is another one, so that the books hold at least as many rows of a kind as the bank has lines."""
	lines = [line(str(number), amount, text) for number, (amount, text) in enumerate(ours)]
	rows = [row(f"R{number}", amount, text) for number, (amount, text) in enumerate(theirs)]
	claimed = claim(lines, rows)
	assert len(set(claimed.values())) == len(claimed)
	for kind in set(ours):
		new = sum(one == kind for place, one in enumerate(ours) if place not in claimed)
		assert new + theirs.count(kind) >= ours.count(kind)
		assert new == max(0, ours.count(kind) - theirs.count(kind))
