"""Ponto Connect behind TLS that asks for a client certificate: real handshakes with certificates made for the test."""

import ssl

import pytest

from collections_app.connectors.base import ConfigurationError
from collections_app.connectors.http.guard import guarded_session
from sandbox.providers.api_server import Answer
from sandbox.providers.certificates import Authority
from sandbox.providers.ponto_connect import ACCOUNTS, PontoConnectServer
from tests.unit.connectors.bank_feeds import found, lines, read
from tests.unit.connectors.contract import Trial

FOUND = found("ponto_connect")
FIRST = next(iter(ACCOUNTS))


@pytest.fixture
def authority():
	return Authority()


@pytest.fixture
def trial(authority, tmp_path, monkeypatch):
	"""The machine trusts the throw-away authority, as it trusts the public ones."""
	context = authority.server_context(tmp_path)
	monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
	with PontoConnectServer(tls=context) as server:
		trial = Trial(FOUND, server)
		yield trial
		assert not trial.leaks()


def connect(trial, certificate: str, key: str):
	config = trial.connect().config
	entered = {**config["credentials"], "certificate": certificate, "certificate_key": key}
	return FOUND.connector({**config, "credentials": entered}, trial.connect().runtime)


def test_the_right_certificate(trial, authority):
	trial.server.book(FIRST, "T-1")
	connector = connect(trial, *authority.issue("client"))
	assert connector.check()
	trial.connect = lambda: connector
	assert len(lines(read(trial))) == 1
	assert trial.server.url.startswith("https://")


def test_the_handshake_is_a_real_one(trial):
	"""Without a certificate the server lets nobody in, whatever is asked."""
	session = guarded_session(frozenset({trial.server.host}), ssl.create_default_context())
	with pytest.raises(OSError):
		session.get(f"{trial.server.url}/accounts", timeout=5)
	assert not trial.server.requests


def test_a_certificate_of_somebody_else(trial):
	connector = connect(trial, *Authority("Another").issue("client"))
	error = trial.attempt(connector.check)
	assert isinstance(error, ConfigurationError), error
	assert "refuses the client certificate" in str(error) and "test the connection" in str(error)
	assert not trial.server.requests


@pytest.mark.parametrize("answer", ["No required SSL certificate was sent", "The SSL certificate error"])
def test_a_server_that_says_so_later(trial, authority, monkeypatch, answer):
	"""Some web servers let everybody in and refuse with a page."""
	page = Answer(f"<html><center>{answer}</center></html>", 400, {"Content-Type": "text/html"})
	monkeypatch.setattr(trial.server, "_dispatch", lambda request: page)
	error = trial.attempt(connect(trial, *authority.issue("client")).check)
	assert isinstance(error, ConfigurationError) and "refuses the client certificate" in str(error)


def test_an_expired_certificate(trial, authority):
	"""Told with its date, before anything is sent."""
	error = trial.attempt(connect(trial, *authority.issue("client", days=-3)).check)
	assert isinstance(error, ConfigurationError) and "expired on" in str(error)
	assert not trial.server.requests


@pytest.mark.parametrize("missing", ["certificate", "key"])
def test_a_missing_certificate(trial, authority, missing):
	certificate, key = authority.issue("client")
	given = ("", key) if missing == "certificate" else (certificate, "")
	error = trial.attempt(connect(trial, *given).check)
	assert isinstance(error, ConfigurationError) and "under Credentials" in str(error)


def test_a_key_of_another_certificate(trial, authority):
	error = trial.attempt(connect(trial, authority.issue("one")[0], authority.issue("two")[1]).check)
	assert isinstance(error, ConfigurationError) and "do not fit" in str(error)


def test_a_server_that_is_not_trusted(trial, authority, monkeypatch, tmp_path):
	(tmp_path / "others.pem").write_text(Authority("Another").pem)
	monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "others.pem"))
	error = trial.attempt(connect(trial, *authority.issue("client")).check)
	assert isinstance(error, ConfigurationError) and "not trusted" in str(error)
	assert not trial.server.requests
