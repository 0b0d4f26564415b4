"""The SFTP connector against a real server: who it trusts, how it logs in, and what becomes of each fault."""

from io import StringIO

import paramiko
import pytest

from collections_app.connectors.base import Checkpoint, ConfigurationError, TransientError
from collections_app.connectors.runtime import Runtime
from collections_app.connectors.sftp_drop.connector import PAUSE_SECONDS, STREAM, SftpDrop
from collections_app.connectors.sftp_drop.hostkeys import fingerprint
from collections_app.engine.statements import parse
from sandbox.providers.sftp import FOLDER, PASSWORD, SftpServer
from tests.unit.connectors.cases.sftp_drop import FILES, fill, put
from tests.unit.connectors.contract import Clock, ids
from tests.unit.statements.samples import DUTCH, GERMAN


class Trial:
	"""A connection and what a runner keeps of it."""

	def __init__(self, server: SftpServer, **credentials: str):
		self.server, self.credentials = server, {**server.credentials, **credentials}
		self.clock, self.log = Clock(), []
		self.cursor, self.kept, self.bad = {}, [], []
		self.allowed = {server.host}

	def connect(self) -> SftpDrop:
		runtime = Runtime(
			now=self.clock.now,
			sleep=self.clock.sleep,
			log=self.log.append,
			allowed_hosts=frozenset(self.allowed),
			timeout=(2, 1),
		)
		config = {**self.server.config, "credentials": self.credentials}
		return SftpDrop(config, runtime)

	def sync(self) -> None:
		connector, waiting, bad = self.connect(), [], []
		for entry in connector.read(STREAM, self.cursor):
			if isinstance(entry, Checkpoint):
				self.kept += waiting
				self.bad += bad
				self.cursor = dict(entry.cursor)
				connector.keep(entry, bool(bad))
				waiting, bad = [], []
			elif hasattr(entry, "message"):
				bad.append(entry)
			else:
				waiting += ids(entry)

	def here(self, folder: str = "") -> list[str]:
		return sorted(one.name for one in (self.server.inbox / folder).glob("*") if one.is_file())


@pytest.fixture
def server():
	with SftpServer() as server:
		yield server


@pytest.fixture
def trial(server):
	return Trial(server)


def test_check_says_what_is_there(server, trial):
	fill(server)
	server.put("half.sta.part", b"x")
	assert trial.connect().check() == f"3 file(s) in the folder {FOLDER} on 127.0.0.1"


def test_no_host_key_is_shown_and_nothing_sent(server):
	with pytest.raises(ConfigurationError, match="shows the host key") as raised:
		Trial(server, host_key="").connect().check()
	assert fingerprint(server.host_key) in str(raised.value)
	assert "LOGIN" not in server.steps


def test_a_changed_host_key_stops_everything(server):
	other = fingerprint(paramiko.ECDSAKey.generate())
	trial = Trial(server, host_key=other)
	with pytest.raises(ConfigurationError, match="another host key") as raised:
		trial.sync()
	assert fingerprint(server.host_key) in str(raised.value)
	assert "LOGIN" not in server.steps


def test_a_public_key_line_serves_as_well(server):
	line = f"bank.example {server.host_key.get_name()} {server.host_key.get_base64()}"
	other = fingerprint(paramiko.ECDSAKey.generate())
	assert Trial(server, host_key=line).connect().check()
	assert Trial(server, host_key=f"{other}\n{fingerprint(server.host_key)}").connect().check()


@pytest.mark.parametrize("entered", ["16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "SHA256:short"])
def test_a_fingerprint_that_is_none(server, entered):
	with pytest.raises(ConfigurationError, match="SHA256"):
		Trial(server, host_key=entered).connect().check()


def test_a_wrong_password(server):
	with pytest.raises(ConfigurationError, match="check User, Password") as raised:
		Trial(server, password="wrong-one").sync()
	assert "wrong-one" not in str(raised.value)


def test_a_private_key():
	key, text = paramiko.ECDSAKey.generate(), StringIO()
	key.write_private_key(text, password="open sesame")
	with SftpServer(public_key=key) as server:
		fill(server)
		entered = {"password": "", "private_key": text.getvalue(), "passphrase": "open sesame"}
		trial = Trial(server, **entered)
		trial.sync()
		assert len(trial.kept) == 6
		for passphrase in ("", "wrong"):
			with pytest.raises(ConfigurationError, match="passphrase"):
				Trial(server, **{**entered, "passphrase": passphrase}).connect().check()
		server.needs_both = True
		with pytest.raises(ConfigurationError, match="password after the private key"):
			Trial(server, **entered).connect().check()
		assert Trial(server, **{**entered, "password": PASSWORD}).connect().check()


def test_neither_password_nor_key(server):
	with pytest.raises(ConfigurationError, match="Password or a Private Key"):
		Trial(server, password="").connect().check()


def test_private_addresses_are_not_called(server, trial):
	trial.allowed = set()
	with pytest.raises(ConfigurationError, match="not a public address"):
		trial.connect().check()
	assert server.steps in ([], ["CONNECT"])
	assert "LOGIN" not in server.steps


def test_a_missing_folder(server):
	with pytest.raises(ConfigurationError, match="folder nowhere is not on"):
		Trial(server, folder="nowhere").sync()


def test_a_folder_that_may_not_be_read(server, trial):
	server.fault("403", 99, path="LIST")
	with pytest.raises(ConfigurationError, match="does not let the user"):
		trial.sync()


def test_a_server_that_is_down(server, trial):
	server.fault("503", 99)
	with pytest.raises(TransientError):
		trial.sync()


def test_each_file_is_read_once(server, trial):
	expected = fill(server)
	trial.sync()
	assert sorted(trial.kept) == sorted(expected)
	assert set(trial.cursor["files"]) == set(FILES)
	assert trial.here("done") == sorted(FILES) and trial.here() == []
	server.steps.clear()
	trial.sync()
	assert not [step for step in server.steps if step.startswith("GET")]
	assert set(server.files[FOLDER]) == set(FILES), "a file was touched"


def test_a_new_version_of_a_file_is_read(server, trial):
	first = put(server, "a.sta", GERMAN)
	trial.sync()
	second = put(server, "a.sta", DUTCH, age=900)
	trial.sync()
	assert set(trial.kept) == first | second


def test_what_is_gone_from_the_server_is_forgotten(server, trial):
	fill(server)
	trial.sync()
	del server.files[FOLDER]["a.sta"]
	put(server, "z.sta", DUTCH)
	trial.sync()
	assert set(trial.cursor["files"]) == {"b.sta", "c.sta", "z.sta"}


@pytest.mark.parametrize("kind", ["cut", "short", "timeout"])
def test_a_transfer_that_breaks_off_gives_nothing(server, trial, kind):
	"""What came before stays, the broken file gives no line, and the next sync brings it whole."""
	server.slow_seconds = 1.5
	first = put(server, "a.sta", GERMAN)
	second = put(server, "b.sta", DUTCH + "\n" * 200_000)
	step, after = ("GET", 0) if kind == "short" else ("READ", 2)
	server.fault(kind, 99, path=f"{step} {FOLDER}/b.sta", after=after)
	with pytest.raises(TransientError):
		trial.sync()
	assert set(trial.kept) == first
	assert trial.here() == [] and trial.here("done") == ["a.sta"]
	server.forget()
	trial.sync()
	assert sorted(trial.kept) == sorted(first | second)


def test_a_file_that_is_still_written_waits(server, trial):
	"""One that changes while it is looked at is read by the next sync, whole."""
	put(server, "a.sta", GERMAN, age=0)
	half = GERMAN[: len(GERMAN) // 2].encode()
	server.put("b.sta", half, age=5)
	trial.clock.sleep = lambda seconds: server.put("b.sta", GERMAN.encode(), age=0)
	trial.sync()
	assert set(trial.cursor["files"]) == {"a.sta"}
	assert f"GET {FOLDER}/b.sta" not in server.steps
	trial.clock.sleep = lambda seconds: None
	trial.sync()
	assert set(trial.cursor["files"]) == {"a.sta", "b.sta"} and not trial.bad


def test_young_files_are_looked_at_twice(server, trial):
	put(server, "a.sta", GERMAN, age=0)
	trial.sync()
	assert trial.clock.slept == PAUSE_SECONDS
	assert len(trial.kept) == 3


def test_a_file_that_may_not_be_read_does_not_stop_the_others(server, trial):
	expected = fill(server)
	server.fault("403", path="GET outgoing/b.sta")
	trial.sync()
	assert [one.source for one in trial.bad] == ["b.sta"]
	assert "may not be read" in trial.bad[0].message
	trial.sync()
	assert set(trial.kept) == expected


def test_a_file_that_is_no_statement_can_be_tried_again(server, trial):
	server.put("x.sta", b"hello")
	expected = fill(server)
	trial.sync()
	assert set(trial.kept) == expected
	assert [one.source for one in trial.bad] == ["x.sta"]
	assert trial.here("failed") == ["x.sta"]


def test_too_large(server, trial, monkeypatch):
	monkeypatch.setitem(SftpDrop.manifest.limits, "max_file_bytes", 400)
	server.put("big.sta", b"x" * 500)
	small = put(server, "small.sta", ":20:A\n:25:1\n:60F:C261117EUR0,00\n:62F:C261117EUR0,00\n")
	trial.sync()
	assert "at most 400" in trial.bad[0].message
	assert set(trial.kept) == small
	assert "GET outgoing/big.sta" not in server.steps


def test_only_names_of_the_pattern(server):
	fill(server)
	trial = Trial(server, pattern="[ab].sta")
	trial.sync()
	assert set(trial.cursor["files"]) == {"a.sta", "b.sta"}


def test_moving_what_was_read(server):
	fill(server)
	server.put("x.sta", b"hello")
	server.put("a.sta", b"older", folder=f"{FOLDER}/done")
	trial = Trial(server, after_reading="move")
	trial.sync()
	assert set(server.files[FOLDER]) == {"x.sta"}, "only what was read is moved"
	assert set(server.files[f"{FOLDER}/done"]) == {"a.sta", "a.sta-2", "b.sta", "c.sta"}


def test_a_server_that_does_not_let_move(server):
	expected = fill(server)
	server.fault("403", 99, path="MOVE")
	trial = Trial(server, after_reading="move")
	trial.sync()
	trial.sync()
	assert sorted(trial.kept) == sorted(expected)


def test_a_name_that_leads_elsewhere(server, trial):
	server.put("x\\..\\evil:name?.sta", GERMAN.encode())
	trial.sync()
	(name,) = trial.here("done")
	assert "/" not in name and "\\" not in name and not name.startswith(".")


def test_fetched_before_an_interruption(server, trial):
	"""Stopped between fetching and writing: the next sync reads the file here, and again from the server at worst."""
	expected = put(server, "a.sta", GERMAN)
	next(iter(trial.connect().read(STREAM, {})))
	assert trial.here() == ["a.sta"]
	trial.sync()
	assert set(trial.kept) == expected
	assert {line.external_id for one in parse(GERMAN.encode()) for line in one.lines} == expected


def test_the_log_tells_no_secret(server):
	fill(server)
	trial = Trial(server)
	trial.sync()
	assert {one.method for one in trial.log} >= {"CONNECT", "LIST", "GET"}
	assert PASSWORD not in str(trial.log)
