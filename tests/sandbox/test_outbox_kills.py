"""The benchmark `outbox_kills`, small: workers of the outbox are killed, and each message still goes out once."""

from tests.benchmarks import outbox_kills


def test_killed_workers_double_and_lose_nothing(own_site):
	result = outbox_kills.run(
		kills=20, customers=10, crew=("planner", "dispatcher", "sender", "sender", "follower"), seed=7
	)
	assert result["kills"] >= 20
	# without any of these the storm proves nothing about the last metre
	for moment in ("kills_once_taken", "kills_once_text_taken", "kills_once_letter_taken"):
		assert result[moment] >= 2, result
	assert result["letters"] and result["text_messages"], result
	assert (result["doubled"], result["lost"]) == (0, 0), result
	assert result["planned"] == result["sent"] >= 10
	assert set(result["states"]) <= {"Sent", "Cancelled"}
