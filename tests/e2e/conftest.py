"""A desk of its own for the browser tests: a copy of the pristine site with a few debtors, served, removed afterwards."""

import os
import subprocess

import pytest

from sandbox import site as sites
from sandbox import stages, system
from sandbox.paths import PYTHON, REPO
from sandbox.services import Services

from .desk import Desk

SEEDED = f"e2e-seeded-{os.getpid()}"


@pytest.fixture(scope="session")
def seeded():
	"""A site with the debtors of `seed.py`, which nobody uses: each file of tests gets a copy of it."""
	if not system.find_chromium():
		pytest.skip("Chromium is not installed, so nothing was tested in a browser")
	stages.ensure_all(None)
	sites.remove_leftovers("e2e-seeded")
	sites.copy_site(sites.PRISTINE, SEEDED)
	try:
		seed = [str(PYTHON), "-m", "sandbox", "run", "--site", SEEDED, "--", "tests/e2e/seed.py"]
		subprocess.run(seed, cwd=REPO, check=True)
		yield SEEDED
	finally:
		sites.remove_site(SEEDED)


@pytest.fixture(scope="module")
def url(seeded):
	"""Address of a served site of its own, so that no file of tests finds what another one left."""
	yield from served(seeded)


def served(seeded, *scripts: str):
	"""Serves a copy of the seeded site, on which these scripts ran; its address."""
	site = f"e2e-{os.getpid()}"
	sites.copy_site(seeded, site)
	services = Services(site)
	try:
		for script in scripts:
			run = [str(PYTHON), "-m", "sandbox", "run", "--site", site, "--", script]
			subprocess.run(run, cwd=REPO, check=True)
		yield services.start()
	finally:
		services.stop()
		services.remove_logs()
		sites.remove_site(site)


@pytest.fixture(scope="session")
def browser():
	sync_api = pytest.importorskip("playwright.sync_api")
	with sync_api.sync_playwright() as playwright:
		flags = [flag for flag in system.FLAGS if flag != "--headless"]
		chromium = playwright.chromium.launch(executable_path=system.chromium(), args=flags)
		yield chromium
		chromium.close()


@pytest.fixture
def desk(browser, url):
	"""A fresh window, signed in as Administrator; the test fails when the page met an error nobody expected."""
	context = browser.new_context(viewport={"width": 1500, "height": 1100})
	desk = Desk(context.new_page(), url)
	desk.sign_in("Administrator", sites.PASSWORD)
	yield desk
	errors = desk.failures()
	context.close()
	assert not errors, errors


@pytest.fixture
def visitor(browser, url):
	"""A fresh window in which nobody is signed in."""
	context = browser.new_context(viewport={"width": 1500, "height": 1100})
	desk = Desk(context.new_page(), url)
	yield desk
	errors = desk.failures()
	context.close()
	assert not errors, errors


@pytest.fixture
def case(desk):
	"""The case of the customer who is late, open in the form."""
	desk.open("collections")
	name = desk.names("Collection Case", customer="Late & Sons")[0]
	desk.open_doc("Collection Case", name)
	return name
