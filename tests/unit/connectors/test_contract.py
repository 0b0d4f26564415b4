"""Every connector keeps the contract: its manifest is true, each error is the right one, nothing is lost, doubled or told."""

import inspect
import json
import re
from pathlib import Path

import pytest

from collections_app.connectors.base import (
	ConfigurationError,
	Connector,
	ConnectorError,
	DataError,
	Discovery,
	Manifest,
	RateLimitError,
	TransientError,
	UncertainError,
	WebhookRequest,
)
from tests.unit.connectors.contract import Trial, connectors

FOUND = connectors()
READING = [one for one in FOUND if one.case and one.case.stream]
PUSHING = [one for one in FOUND if one.case and one.case.action]
CALLED = [one for one in FOUND if one.case and one.case.webhook]
# met by every request: what the reader is told
LASTING = {
	"401": (ConfigurationError,),
	"403": (ConfigurationError,),
	"404": (DataError,),
	"409": (DataError,),
	"422": (DataError,),
	"429": (RateLimitError,),
	"429_date": (RateLimitError,),
	"429_bare": (RateLimitError,),
	"500": (TransientError,),
	"503": (TransientError,),
	"timeout": (TransientError,),
	"cut": (TransientError,),
	"malformed": (TransientError,),
	"clock_skew": (TransientError,),
}
# met once: overcome within the same sync
PASSING = ("429", "429_date", "500", "503", "timeout", "cut", "malformed", "duplicate_page", "clock_skew")


def each(found):
	return pytest.mark.parametrize("found", found, ids=lambda one: one.name)


@pytest.fixture
def trial(found):
	with found.case.server() as server:
		trial = Trial(found, server)
		yield trial
		assert not trial.leaks(), "a secret was told"


@each(FOUND)
def test_manifest(found):
	assert found.manifest.name == found.name
	assert found.manifest.label and found.manifest.description
	assert found.manifest.docs.startswith("https://")
	assert found.manifest.streams or found.manifest.actions
	assert found.connector.manifest is found.manifest
	folder = Path(inspect.getfile(found.connector)).parent
	assert Manifest.read(folder) == found.manifest
	raw = json.loads((folder / "manifest.json").read_text())
	if found.manifest.auth != "none":
		assert raw["fields"], "an administrator has nothing to enter"
		assert any(one.secret for one in found.manifest.fields)
		assert found.manifest.environments, "no environment to call"


@each(FOUND)
def test_verbs(found):
	promised = {"check", "discover"} | ({"read"} if found.manifest.streams else set())
	promised |= {"push", "status"} if found.manifest.actions else set()
	promised |= {"verify_webhook"} if found.manifest.webhook else set()
	promised |= {"consent_url", "finish_consent"} if found.manifest.consent else set()
	for verb in promised:
		assert getattr(found.connector, verb) is not getattr(Connector, verb), verb


@each(FOUND)
def test_never_the_framework(found):
	"""A connector does not touch the database: it does not even import the framework."""
	for source in Path(inspect.getfile(found.connector)).parent.rglob("*.py"):
		assert not re.search(r"(?m)^\s*(import|from) (frappe|erpnext)\b", source.read_text()), source.name


@each(FOUND)
def test_unfinished_configuration(found):
	with pytest.raises(ConnectorError) as raised:
		found.connector({}).check()
	assert str(raised.value)


@each(FOUND)
def test_a_case_for_each(found):
	"""Whoever calls out brings a simulator: without one nothing below is proved."""
	if found.manifest.auth != "none":
		assert found.case, f"add tests/unit/connectors/cases/{found.name}.py"
		assert bool(found.case.stream) == bool(found.manifest.streams)
		assert bool(found.case.action) == bool(found.manifest.actions)
		assert bool(found.case.webhook) == found.manifest.webhook


@each([one for one in FOUND if one.case])
def test_check_and_discover(found, trial):
	assert trial.connect().check()
	discovery = trial.connect().discover()
	assert isinstance(discovery, Discovery)
	assert set(discovery.streams) <= {one.name for one in found.manifest.streams}


@each(READING)
def test_everything_is_read_once(found, trial):
	expected = set(trial.case.fill(trial.server))
	trial.sync()
	assert trial.kept == expected and not trial.bad
	json.dumps(trial.cursor)
	trial.sync()
	assert trial.kept == expected, "the same records have other ids when they are read again"


@each(READING)
@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault(found, trial, fault):
	"""A fault in the middle costs time only."""
	expected = set(trial.case.fill(trial.server))
	trial.server.fault(fault, path=trial.case.data_path, after=1 if trial.case.paged else 0)
	trial.sync()
	assert trial.kept == expected and not trial.bad


@each(READING)
def test_an_expired_token(found, trial):
	"""What renews its token goes on; a fixed key is told."""
	expected = set(trial.case.fill(trial.server))
	trial.server.fault("expired_token", path=trial.case.data_path, after=1 if trial.case.paged else 0)
	error = trial.attempt(trial.sync)
	assert isinstance(error, ConfigurationError | None)
	if not error:
		assert trial.kept == expected


@each(READING)
@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_fault(found, trial, fault):
	"""The error says what to do, and when it is over the next sync brings what was missed."""
	expected = set(trial.case.fill(trial.server))
	trial.server.fault(fault, 500, path=trial.case.data_path, after=1 if trial.case.paged else 0)
	error = trial.attempt(trial.sync)
	right = trial.case.other.get(fault, LASTING[fault])
	if error or not trial.bad:
		assert isinstance(error, right), f"{fault}: {error!r}"
	else:
		assert DataError in right
	if isinstance(error, RateLimitError):
		assert error.next_allowed > trial.clock.now()
	assert trial.kept <= expected
	trial.server.forget()
	trial.clock.sleep(3 * 3600)
	trial.sync()
	assert trial.kept == expected


@each(READING)
@pytest.mark.parametrize("after", range(4))
def test_cut_anywhere(found, trial, after):
	"""Wherever a sync dies, the next one completes it."""
	expected = set(trial.case.fill(trial.server))
	trial.server.fault("cut", 500, after=after)
	trial.attempt(trial.sync)
	trial.server.forget()
	trial.clock.sleep(3 * 3600)
	trial.sync()
	assert trial.kept == expected


@each([one for one in READING if one.case.arrive])
def test_what_arrives_meanwhile(found, trial):
	"""A record that comes while the pages are read is there after the next sync."""
	expected = set(trial.case.fill(trial.server))
	entries = trial.connect().read(trial.case.stream, trial.cursor)
	first = next(entries)
	expected |= set(trial.case.arrive(trial.server))
	trial.take([first, *entries])
	trial.clock.sleep(60)
	trial.sync()
	assert trial.kept == expected


@each(PUSHING)
def test_push(found, trial):
	pushed = trial.connect().push(trial.case.action)
	assert pushed.reference
	assert trial.case.effects(trial.server) == 1
	assert trial.connect().status(pushed.reference).state


@each(PUSHING)
@pytest.mark.parametrize("fault", [*LASTING, "expired_token"])
@pytest.mark.parametrize("times", [1, 500])
def test_nothing_is_pushed_twice(found, trial, fault, times):
	"""Whatever happens it is done once at most, and an error that allows another try means that it was not done."""
	trial.server.fault(fault, times, path=trial.case.push_path)
	error = trial.attempt(lambda: trial.connect().push(trial.case.action))
	done = trial.case.effects(trial.server)
	assert done <= 1
	if error is None:
		assert done == 1
	else:
		right = trial.case.other.get(fault, (*LASTING.get(fault, (ConfigurationError,)), UncertainError))
		assert isinstance(error, right), f"{fault}: {error!r}"
	if isinstance(error, TransientError):
		# another try with the same key must not do it again
		trial.server.forget()
		trial.clock.sleep(3 * 3600)
		trial.connect().push(trial.case.action)
		assert trial.case.effects(trial.server) == 1


@each(CALLED)
def test_webhook(found, trial):
	"""The provider's call is believed; a forged, changed or unsigned one is not."""
	good = trial.case.webhook(trial.server)
	connector = trial.connect()
	assert connector.verify_webhook(good)
	assert connector.webhook_id(good)
	assert list(connector.read_webhook(good))
	assert not connector.verify_webhook(WebhookRequest(good.url, good.headers, good.body + b" "))
	assert not connector.verify_webhook(WebhookRequest(good.url, {}, good.body))
	for name in good.headers:
		forged = {**good.headers, name: good.headers[name][:-4] + "0000"}
		if forged != good.headers and "signature" in name:
			assert not connector.verify_webhook(WebhookRequest(good.url, forged, good.body))
