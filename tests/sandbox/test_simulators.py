"""The simulators of the demo and the desk: a day of the sample company, told over HTTP, remembered over a restart."""

import json
from datetime import date

import pytest

from sandbox.company.at_providers import in_file, through_interface
from sandbox.company.credit_roles import credit_roles, open_and_oldest
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


def test_a_newcomer_takes_a_port_of_its_own(home):
	"""Ports noted before there was a simulator more: it takes none of the others'"""
	before = stage.chosen_ports()
	_first, *others = before
	stage.PORTS.write_text(json.dumps({name: before[name] for name in others}))
	ports = stage.chosen_ports()
	assert len(set(ports.values())) == len(ports)
	assert {name: ports[name] for name in others} == {name: before[name] for name in others}


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


@pytest.mark.parametrize("seed", range(4))
def test_credit_roles(seed):
	"""Each customer plays one part, and the covers are what they are to show"""
	sample = generate(seed, DAY)
	roles = credit_roles(sample)
	owed, oldest = open_and_oldest(sample)
	single = [getattr(roles, one) for one in ("falling", "strong", "weak", "waiting", "alike", "clear")]
	single += [roles.in_administration, roles.dissolved, *(one.customer for one in roles.covers)]
	assert len({one.number for one in single}) == len(single) == 12
	ending, exceeded, late, raised = roles.covers
	assert 0 < ending.days < 30 and ending.amount > owed[ending.customer.number]
	assert exceeded.amount < owed[exceeded.customer.number]
	assert oldest[late.customer.number] > 30 and late.amount > owed[late.customer.number]
	assert raised.raised_to > raised.amount
	assert len(roles.alike.name.split()) > 2, "one word more is still alike"


def test_what_insurer_and_bureau_did_is_remembered(home):
	"""A decision and a fall hold over a restart"""
	memory = home / "memory.json"
	with Cast(memory=memory) as cast:
		cast.play(SEED, DAY)
		insurer, bureau = cast.servers["atradius"], cast.servers["creditsafe"]
		insurer.change("C00004", 500000, "our-key")
		cast.deliver()
		number = next(one for one, said in bureau.companies.items() if said["letter"] == "B")
		bureau.watched[number] = {"id": number}
		for _ in range(2):
			Prompt(cast.prompter.url).fall()
		assert len(bureau.events) == 1
	with Cast(memory=memory) as cast:
		assert cast.servers["atradius"].find("C00004")["decision.amount"] == 500000
		assert cast.servers["creditsafe"].companies[number]["letter"] == "D"


def test_the_running_ones_are_used(home):
	"""While the desk's simulators run, the demo speaks to them; else to its own on the same ports"""
	with stage.standing() as first:
		with stage.standing() as second:
			assert second.url == first.url
		ports = stage._noted()
		assert first.cast()["twilio"]["url"] == f"http://127.0.0.1:{ports['twilio']}"
	with stage.standing():
		assert stage._noted() == ports
