"""pytest plugin: the desk served on a site of its own, and a browser to use it.

Fixtures: `desk` (address and site of the served desk), `page` (a fresh browser page, signed in as
Administrator). A test folder's conftest may override `desk_source` with the name of the site to copy, e.g.
one with a company loaded by `sandbox.site.ensure_variant`.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import site as sites
from sandbox import stages, system
from sandbox.paths import HOME, RUN
from sandbox.services import Services

SITE = f"e2e-{os.getpid()}"
SCREENSHOTS = HOME / "screenshots"
WINDOW = {"width": 1400, "height": 900}
PATIENCE = 30_000


@dataclass
class Desk:
	"""A served desk: its address, its site's name, and its processes' logs."""

	url: str
	site: str
	services: Services


@pytest.fixture(scope="session")
def desk_source() -> str:
	"""The site the served one is copied from."""
	return sites.PRISTINE


@pytest.fixture(scope="session")
def desk(desk_source, request):
	"""The desk with a worker, on a free port, for the whole run."""
	stages.ensure_all(None)
	end_leftovers()
	sites.copy_site(desk_source, SITE)
	services = Services(SITE)
	# the processes must not join this process's Redis, which may belong to another site's tests
	inherited = {
		name: os.environ.pop(name, None) for name in ("SANDBOX_REDIS_URL", "SANDBOX_SITE", "SANDBOX_URL")
	}
	try:
		url = services.start()
	finally:
		os.environ.update({name: value for name, value in inherited.items() if value})
	yield Desk(url, SITE, services)
	services.stop()
	if not request.session.testsfailed:
		services.remove_logs()
	sites.remove_site(SITE)


def end_leftovers() -> None:
	"""End the processes and remove the sites of runs that did not come to their end."""
	for note in RUN.glob("e2e-*.json"):
		if not Path("/proc", note.stem.rpartition("-")[2]).exists():
			Services(note.stem).stop()
	sites.remove_leftovers("e2e")


@pytest.fixture(scope="session")
def browser():
	"""Headless Chromium; without one the test is skipped."""
	from playwright.sync_api import sync_playwright

	path = system.ensure_chromium()
	if not path:
		pytest.skip("no Chromium on this machine; please run: sudo apt-get install chromium")
	with sync_playwright() as playwright:
		browser = playwright.chromium.launch(executable_path=path, args=list(system.FLAGS))
		yield browser
		browser.close()


@pytest.fixture
def page(desk, browser, request):
	"""A page signed in as Administrator. `page.problems` lists script errors and answers of 500 and above.

	A failed test leaves a picture of the page in `.sandbox/screenshots`.
	"""
	context = browser.new_context(viewport=WINDOW, base_url=desk.url, locale="en-GB")
	context.set_default_timeout(PATIENCE)
	sign_in(context, desk.url)
	page = context.new_page()
	page.problems = watch(page)
	yield page
	if getattr(request.node, "failed_call", False):
		SCREENSHOTS.mkdir(parents=True, exist_ok=True)
		name = re.sub(r"[^\w.-]+", "-", request.node.name)
		page.screenshot(path=SCREENSHOTS / f"{name}.png")
	context.close()


def sign_in(context, url: str, user: str = "Administrator", password: str = sites.PASSWORD) -> None:
	"""Sign the browser context in, without the login form."""
	answer = context.request.post(f"{url}/api/method/login", form={"usr": user, "pwd": password})
	assert answer.ok, f"login of {user} answered {answer.status}"


def watch(page) -> list[str]:
	"""The list in which the page's script errors and the server's failures are noted from now on."""
	problems = []
	page.on("pageerror", lambda error: problems.append(f"script: {error}"))
	page.on(
		"response", lambda answer: answer.status >= 500 and problems.append(f"{answer.status} {answer.url}")
	)
	return problems


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
	outcome = yield
	if call.when == "call":
		item.failed_call = outcome.get_result().failed
