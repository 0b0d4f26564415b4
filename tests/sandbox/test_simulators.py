"""The simulators of the demo and the desk: a day of the sample company, told over HTTP, remembered over a restart."""

from datetime import date

import pytest

from sandbox.company.at_providers import in_file, through_interface
from sandbox.company.generate import generate
from sandbox.providers import stage
from sandbox.providers.cast import Cast
from sandbox.providers.prompt import Prompt

DAY = date(2026, 6, 3)
SEED = 1


@pytest.fixture
def home(tmp_path, monkeypatch):
	monkeypatch.setattr(stage, "PORTS", tmp_path / "ports.json")
	monkeypatch.setattr(stage, "MEMORY", tmp_path / "memory.json")
	return tmp_path


def test_each_entry_comes_once():
	"""What the bank's interface brings does not stand in the file, and nothing is missing"""
	statement = generate(SEED, DAY).statement
	told, written = through_interface(statement), in_file(statement).entries
	assert len(told) >= 10
	assert sorted(one.reference for one in (*told, *written)) == sorted(
		one.reference for one in statement.entries
	)
	assert in_file(statement).closing_balance + sum(one.amount for one in told) == statement.closing_balance


def test_the_same_day_twice():
	"""The same day gives the same records, in whichever process"""
	played = []
	for _ in range(2):
		with Cast() as cast:
			Prompt(cast.prompter.url).play(SEED, DAY.isoformat())
			servers = cast.servers
			lines = [
				one["transactionId"]
				for rows in servers["gocardless_bank_data"].booked.values()
				for one in rows
			]
			paid = [(one["id"], one["amount_total"]) for one in servers["stripe"].sessions]
			companies = [one["properties"].get("website") for one in servers["hubspot"].objects["companies"]]
			played.append((lines, paid, companies))
	assert played[0] == played[1]
	assert all(played[0])


def test_remembered(home):
	"""Tokens and consents hold over a restart, so that the desk's connections still work"""
	memory = home / "memory.json"
	with Cast(memory=memory) as cast:
		cast.play(SEED, DAY)
		bank = cast.servers["gocardless_bank_data"]
		token = bank.issue_token()["access_token"]
		bank.requisitions["made-1"] = {"reference": "state", "redirect": "http://desk.example"}
		sent = cast.servers["twilio"].add("queued")
	with Cast(memory=memory) as cast:
		bank = cast.servers["gocardless_bank_data"]
		assert token in bank.tokens and "made-1" in bank.requisitions
		assert sum(map(len, bank.booked.values())) >= 10
		Prompt(cast.prompter.url).deliver()
		(message,) = cast.servers["twilio"].messages
		assert (message["sid"], message["status"]) == (sent, "delivered")
		Prompt(cast.prompter.url).forget()
		assert not cast.servers["twilio"].messages


def test_the_running_ones_are_used(home):
	"""While the desk's simulators run, the demo speaks to them; else to its own on the same ports"""
	with stage.standing() as first:
		with stage.standing() as second:
			assert second.url == first.url
		ports = stage._noted()
		assert first.cast()["twilio"]["url"] == f"http://127.0.0.1:{ports['twilio']}"
	with stage.standing():
		assert stage._noted() == ports
