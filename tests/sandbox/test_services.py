"""The processes behind the desk are found again, ended, and never mistaken for others."""

import os
import subprocess
import sys

import pytest

from sandbox import services
from sandbox import site as sites


@pytest.fixture
def served(site):
	"""A copy of the site, served without a worker."""
	name = f"{site.local.site}-served"
	sites.copy_site(sites.PRISTINE, name)
	running = services.Services(name)
	yield running, running.start(worker=False)
	running.stop()
	running.remove_logs()
	sites.remove_site(name)


def test_site_is_served_and_ended(served):
	import requests

	running, url = served
	browser = requests.Session()
	login = {"usr": "Administrator", "pwd": sites.PASSWORD}
	assert browser.post(f"{url}/api/method/login", data=login, timeout=30).ok
	boot = browser.get(f"{url}/desk", timeout=30)
	assert boot.ok and "frappe.boot" in boot.text
	assert browser.get(f"{url}/assets/assets.json", timeout=30).json()["desk.bundle.js"]
	found_again = services.Services(running.site)
	assert found_again.url == url
	assert set(found_again.stop()) == {"web", "redis"}
	assert running.url is None and not running.note.exists()


def test_other_process_with_a_noted_number_is_left_alone(tmp_path, monkeypatch):
	monkeypatch.setattr(services, "RUN", tmp_path)
	other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
	try:
		mine = services.Services("trial")
		mine.note.write_text(f'{{"url": "http://127.0.0.1:1", "pids": {{"web": {other.pid}}}}}')
		assert mine.url is None
		assert mine.stop() == []
		assert other.poll() is None
	finally:
		other.communicate(b"\n")


def test_server_that_ends_is_reported_with_its_last_words(tmp_path, monkeypatch):
	monkeypatch.setattr(services, "RUN", tmp_path)
	mine = services.Services(f"no-such-site-{os.getpid()}")
	with pytest.raises(services.ServiceError):
		mine.start(worker=False)
	assert not mine.note.exists()
	mine.remove_logs()


def test_free_port_is_free():
	first = services.free_port(0)
	with services.socket.socket() as taken:
		taken.bind(("127.0.0.1", first))
		taken.listen()
		assert services.free_port(first) > first
