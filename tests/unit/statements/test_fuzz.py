"""A small storm; `make bench ONLY=statement_fuzz` makes a large one."""

from tests.unit.statements.fuzzing import SAMPLES, lost, outcome, storm


def test_every_sample_is_whole():
	assert {name: outcome(name, data) for name, data in SAMPLES.items()} == dict.fromkeys(
		SAMPLES, "transactions"
	)


def test_a_broken_file_gives_all_its_transactions_or_one_clear_error():
	found = storm(600, seed=11)
	assert set(found) <= {"transactions", "error"}, found
	assert found["error"] > 100 and found["transactions"] > 50


def test_a_lost_movement_is_seen():
	assert lost("x.sta", b":20:A\n:61:1\n:61:2\n", [])
