"""Sites: built in two steps, kept pristine, and copied to where they are used.

`base` holds the framework alone and is built again only when the framework or its patches change. `pristine`
is a copy of it with the apps installed, built again when their files change. Nobody works on these two. Every
site somebody works on (`desk`, the tests' sites) is a copy of `pristine`, so that a reset takes a moment.
"""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox import database
from sandbox.paths import PYTHON, REPO, SITES, SOURCE, app_sources
from sandbox.stamps import building, digest, files_below, is_current, mark
from sandbox.wheel import framework_stamp

# sites on MariaDB stand beside those on SQLite
KIND = "" if database.KIND == "sqlite" else f"-{database.KIND}"
BASE = f"base{KIND}"
PRISTINE = f"pristine{KIND}"
DESK = f"desk{KIND}"
PASSWORD = "admin"
COUNTRY = "Germany"
TIME_ZONE = "Europe/Berlin"
CURRENCY = "EUR"
COMMON_SETTINGS = {"admin_password": PASSWORD, "allow_tests": 1}
# what an app's site does not depend on
NOT_INSTALLED = ("public", "tests", "engine", "node_modules", "docs", "locale")


class SiteError(SystemExit):
	"""A site could not be built; the output above says why."""


def base_stamp() -> str:
	"""Digest of all that shapes the site with the framework alone."""
	return digest(
		framework_stamp(), database.KIND, SOURCE / "patches", SOURCE / "site.py", SOURCE / "site_build.py"
	)


def pristine_stamp() -> str:
	"""Digest of all that shapes the site with the apps."""
	parts = [base_stamp()]
	for app, folder in app_sources().items():
		parts.append(app)
		parts.extend(
			file for file in files_below(folder, NOT_INSTALLED) if file.suffix not in (".md", ".js", ".css")
		)
	return digest(*parts)


def ensure_pristine() -> None:
	"""Build `base` and `pristine` where their inputs changed."""
	SITES.mkdir(parents=True, exist_ok=True)
	write_config(SITES / "common_site_config.json", COMMON_SETTINGS)
	if not is_current(BASE, base_stamp()):
		with building(BASE, base_stamp(), "site with the framework"):
			make_folder(BASE)
			build("make_base", BASE)
	if not is_current(PRISTINE, pristine_stamp()):
		apps = ", ".join(app_sources()) or "no apps"
		with building(PRISTINE, pristine_stamp(), f"site with {apps}"):
			copy_site(BASE, PRISTINE)
			build("install_apps", PRISTINE)


def ensure_site(site: str = DESK) -> None:
	"""Have the site there and up to date: made from `pristine` if new, migrated if the apps changed since."""
	ensure_pristine()
	stage = f"site-{site}"
	wanted = pristine_stamp()
	if not exists(site):
		copy_site(PRISTINE, site)
		mark(stage, wanted)
	elif not is_current(stage, wanted):
		with building(stage, wanted, f"migrating site {site}"):
			build("migrate", site)


def reset(site: str = DESK) -> None:
	"""Make the site as new."""
	ensure_pristine()
	copy_site(PRISTINE, site)
	mark(f"site-{site}", pristine_stamp())


def ensure_variant(name: str, function: str, *inputs: object) -> None:
	"""Have a site that is a copy of `pristine` on which "module:function" was run, e.g. with a company
	loaded.

	It is made again when the apps or any of `inputs` (files, folders, values) change, and is copied like
	`pristine`.
	"""
	ensure_pristine()
	wanted = digest(pristine_stamp(), function, *inputs)
	if not is_current(f"variant-{name}", wanted):
		with building(f"variant-{name}", wanted, f"site {name} ({function})"):
			copy_site(PRISTINE, name)
			build(function, name)


def build(function: str, site: str) -> None:
	"""Run "module:function", or a function of `sandbox.site_build`, on the site in a process of its own.

	What it says is shown only when it fails.
	"""
	command = [str(PYTHON), "-m", "sandbox.site_build", function, site]
	environment = dict(os.environ)
	if site != DESK:
		environment["SANDBOX_REDIS_PRIVATE"] = "1"
		environment.pop("SANDBOX_REDIS_URL", None)
	result = subprocess.run(
		command, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
	)
	if result.returncode:
		sys.stderr.write(result.stdout[-8000:])
		raise SiteError(f"sandbox: {function} failed on site {site}, see above")


def make_folder(site: str) -> dict:
	"""An empty site's folder and settings; returns the settings."""
	remove_site(site)
	folder = SITES / site
	for below in ("public/files", "private/files", "private/backups", "locks", "logs", "db"):
		(folder / below).mkdir(parents=True)
	config = {
		**database.settings(site),
		"bench_id": site,
		"encryption_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
	}
	write_config(folder / "site_config.json", config)
	return config


def copy_site(source: str, target: str) -> None:
	"""Make the target site a copy of the source, with settings of its own."""
	config = make_folder(target)
	old = read_config(SITES / source)
	config["encryption_key"] = old["encryption_key"]
	write_config(SITES / target / "site_config.json", config)
	database.copy(SITES / source, old, SITES / target, config)
	for files in ("public", "private"):
		shutil.copytree(SITES / source / files, SITES / target / files, dirs_exist_ok=True)


def remove_site(site: str) -> None:
	"""Remove the site with its database."""
	folder = SITES / site
	if exists(site):
		database.drop(folder, read_config(folder))
	shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(prefix: str) -> None:
	"""Remove the sites "<prefix>-<process id>" of test runs that did not come to their end."""
	for config in SITES.glob(f"{prefix}-*/site_config.json"):
		pid = config.parent.name.rpartition("-")[2]
		if pid.isdigit() and not Path("/proc", pid).exists():
			remove_site(config.parent.name)


def exists(site: str) -> bool:
	return (SITES / site / "site_config.json").exists()


def read_config(folder: Path) -> dict:
	return json.loads((folder / "site_config.json").read_text())


def write_config(file: Path, config: dict) -> None:
	text = json.dumps(config, indent="\t", sort_keys=True) + "\n"
	if not file.exists() or file.read_text() != text:
		file.write_text(text)
