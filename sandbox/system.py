"""System packages: Chromium, which renders PDF files and runs the browser tests."""

import os
import shutil
import subprocess

from sandbox.bootstrap import BootstrapError, install_system_packages

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
	"--headless",
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--disable-dev-shm-usage",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
)


class NoChromium(RuntimeError):
	"""No Chromium on this machine; the message says how to get it."""


def find_chromium() -> str | None:
	"""Path of the browser: `$SANDBOX_CHROMIUM`, or the first known command on PATH."""
	if chosen := os.environ.get("SANDBOX_CHROMIUM"):
		return chosen if os.access(chosen, os.X_OK) else None
	return next((path for command in COMMANDS if (path := shutil.which(command))), None)


def ensure_chromium() -> str | None:
	"""Path of the browser, installed first where this user may install packages.

	None, with a loud word, where not.
	"""
	if (path := find_chromium()) or os.environ.get("SANDBOX_CHROMIUM"):
		return path
	try:
		install_system_packages("chromium")
	except BootstrapError as error:
		print(f"{'=' * 80}\n{error}\nWithout it there are no PDF files and no browser tests.\n{'=' * 80}")
	return find_chromium()


def chromium() -> str:
	"""Path of the browser; raises NoChromium when there is none."""
	if path := find_chromium():
		return path
	raise NoChromium(
		"Chromium is needed to make PDF files. On Debian or Ubuntu: sudo apt-get install chromium"
	)


def chromium_version() -> str | None:
	"""What the browser says it is, for messages."""
	if not (path := find_chromium()):
		return None
	return subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip() or path
