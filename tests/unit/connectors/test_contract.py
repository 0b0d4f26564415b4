"""Every connector keeps the contract: its manifest is true, each error is the right one, nothing is lost, doubled or told."""

import inspect
import json
import re
from pathlib import Path

import pytest

from collections_app.connectors.bank_feed import BankFeed
from collections_app.connectors.base import (
	ConfigurationError,
	Connector,
	ConnectorError,
	ConsentError,
	DataError,
	Discovery,
	Manifest,
	RateLimitError,
	Refresh,
	TransientError,
	UncertainError,
	WebhookRequest,
)
from tests.unit.connectors.contract import Trial, connectors, low_code

CODED = connectors()
FOUND = [*CODED, *low_code()]
READING = [one for one in FOUND if one.case and one.case.stream]
PUSHING = [one for one in FOUND if one.case and one.case.action]
CALLED = [one for one in FOUND if one.case and one.case.webhook and one.case.signed]
UNSIGNED = [one for one in FOUND if one.case and one.case.webhook and not one.case.signed]
# met by every request: what the reader is told
LASTING = {
	"401": (ConfigurationError,),
	"402": (ConfigurationError,),
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
def trial(found, request):
	fault = request.node.callspec.params.get("fault")
	if fault and found.case.faults is not None and fault not in found.case.faults:
		pytest.skip("its protocol has no such fault")
	with found.case.server() as server:
		trial = Trial(found, server)
		yield trial
		assert not trial.leaks(), "a secret was told"


@each(CODED)
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
		assert found.manifest.environments or found.manifest.auth == "ssh", "no environment to call"


@each(FOUND)
def test_verbs(found):
	promised = {"check", "discover"} | ({"read"} if found.manifest.streams else set())
	promised |= {"push", "status"} if found.manifest.actions else set()
	promised |= {"verify_webhook"} if found.manifest.webhook else set()
	promised |= {"consent_url", "finish_consent"} if found.manifest.consent else set()
	for verb in promised:
		assert getattr(found.connector, verb) is not getattr(Connector, verb), verb


@each(CODED)
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
	if found.path and issubclass(found.connector, BankFeed):
		assert found.case.refuse
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


@each([one for one in READING if one.case.faults is None])
def test_a_page_that_comes_for_ever(found, trial):
	"""A page that stays the same is told, not taken for the end; the next sync brings the rest."""
	expected = set(trial.case.fill(trial.server))
	trial.server.fault("duplicate_page", 500, path=trial.case.data_path)
	error = trial.attempt(trial.sync)
	assert isinstance(error, TransientError | None), repr(error)
	assert error or trial.kept == expected
	trial.server.forget()
	trial.clock.sleep(3 * 3600)
	trial.sync()
	assert trial.kept == expected


@each([one for one in READING if one.case.refuse])
@pytest.mark.parametrize("fault", ["402", "403", "404"])
def test_one_refused_account(found, trial, fault):
	"""The other accounts are read, the refused one is told, and read from where it was when it is allowed again."""
	expected = set(trial.case.fill(trial.server))
	allow = trial.case.refuse(trial.server, fault)
	trial.sync()
	(bad,) = trial.bad
	assert bad.message and bad.payload is None
	assert len(trial.kept) == len(expected) / 2 and trial.kept < expected
	trial.sync()
	assert len(trial.bad) == 2, "told each time"
	allow()
	trial.bad.clear()
	trial.sync()
	assert trial.kept == expected and not trial.bad


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


@each([one for one in READING if one.manifest.auth in ("login", "client_credentials", "authorization_code")])
@pytest.mark.parametrize("fault", ["429", "500", "503", "timeout", "cut", "malformed"])
def test_a_fault_while_access_is_fetched(found, trial, fault):
	"""It costs time only. When a refresh token that works once went with a lost answer, consent has to be given again."""
	expected = set(trial.case.fill(trial.server))
	trial.server.tokens.clear()
	trial.server.fault(fault, path=trial.case.token_path)
	error = trial.attempt(trial.sync)
	assert trial.server.calls(trial.case.token_path)
	if error:
		assert isinstance(error, ConsentError) and fault in ("timeout", "cut", "malformed")
		assert found.manifest.auth == "authorization_code"
	else:
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
	for garbage in ("", "²", "é", "t=²,v1=é", "a.b.c", "e30.e30.é", "0" * 9000, "=" * 50):
		headers = dict.fromkeys(good.headers, garbage)
		assert not connector.verify_webhook(WebhookRequest(good.url, headers, good.body)), garbage
	for name in good.headers:
		forged = {**good.headers, name: good.headers[name][:-4] + "0000"}
		if forged != good.headers and "signature" in name:
			assert not connector.verify_webhook(WebhookRequest(good.url, forged, good.body))


@each(UNSIGNED)
def test_an_unsigned_webhook(found, trial):
	"""Only an address that we signed ourselves is listened to, and nothing in the call is believed: it has a stream read."""
	good = trial.case.webhook(trial.server)
	connector = trial.connect()
	assert connector.verify_webhook(good)
	for body in (good.body, b"", b'{"coverStatus": "granted"}'):
		said = list(connector.read_webhook(WebhookRequest(good.url, good.headers, body)))
		assert said and all(isinstance(one, Refresh) for one in said)
	for url in (
		good.url[:-4] + "0000",
		good.url.partition("&")[0],
		"",
		good.url.replace("about=", "about=x"),
	):
		assert not connector.verify_webhook(WebhookRequest(url, good.headers, good.body)), url
