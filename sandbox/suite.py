"""All tests, in three runs of pytest: unit, integration on a site, browser.

The first two run beside each other, each in a process of its own: unit tests show that the engine needs no
framework. What each says is printed whole, one after the other, and the last line adds the three up in
pytest's own form. A browser test that fails gets a second try, at most three of them do, and the last line counts them.
"""

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from sandbox.paths import PYTHON, REPO

UNIT = ("tests/unit",)
SITE = ("collections_app/tests", "tests/sandbox")
BROWSER = ("tests/e2e",)
PLUGINS = {**dict.fromkeys(SITE, "sandbox.testing"), **dict.fromkeys(BROWSER, "sandbox.e2e")}
OUTCOMES = (
	"failed",
	"passed",
	"skipped",
	"deselected",
	"xfailed",
	"xpassed",
	"warnings",
	"warning",
	"errors",
	"error",
	"rerun",
)
COUNT = re.compile(rf"(\d+) ({'|'.join(OUTCOMES)})\b")
NO_TESTS = 5
# a browser on a busy machine may stumble over what is in order; what it met is printed all the same
SECOND_TRY = ("--reruns", "1", "--max-suite-reruns", "3", "--rerun-show-tracebacks")


def plugins(words: list[str]) -> list[str]:
	"""The `-p` options for the folders among pytest's arguments."""
	needed = {plugin for word in words for folder, plugin in PLUGINS.items() if word.startswith(folder)}
	return [option for plugin in sorted(needed) for option in ("-p", plugin)]


@dataclass
class Run:
	"""One run of pytest, its output going to a file until it is shown."""

	folders: tuple[str, ...]
	options: tuple[str, ...] = ()

	def start(self) -> "Run":
		present = [folder for folder in self.folders if (REPO / folder).is_dir()]
		self.output = tempfile.TemporaryFile("w+")
		self.process = None
		if present:
			print(f"running {' and '.join(present)} ...", flush=True)
			command = [str(PYTHON), "-m", "pytest", *plugins(present), *self.options, *present]
			self.process = subprocess.Popen(command, cwd=REPO, stdout=self.output, stderr=subprocess.STDOUT)
		return self

	def finish(self) -> int:
		"""Wait, show what it said, and return its exit code (no test at all is no failure)."""
		code = self.process.wait() if self.process else NO_TESTS
		self.output.seek(0)
		self.said = self.output.read()
		sys.stdout.write(self.said)
		sys.stdout.flush()
		return 0 if code == NO_TESTS else code

	def counts(self) -> dict[str, int]:
		"""How many tests had which outcome, from the last line."""
		last = self.said.strip().rpartition("\n")[2]
		return {singular(outcome): int(number) for number, outcome in COUNT.findall(last)}


def singular(outcome: str) -> str:
	return {"errors": "error", "warnings": "warning"}.get(outcome, outcome)


def run() -> int:
	"""Run everything; returns the first exit code that is not 0."""
	started = time.monotonic()
	runs = [Run(UNIT).start(), Run(SITE).start()]
	codes = [one.finish() for one in runs]
	runs.append(Run(BROWSER, SECOND_TRY).start())
	codes.append(runs[-1].finish())
	print(summary([one.counts() for one in runs], time.monotonic() - started))
	return next((code for code in codes if code), 0)


def summary(counts: list[dict[str, int]], seconds: float) -> str:
	"""The last line: all runs added up."""
	total = {outcome: sum(one.get(outcome, 0) for one in counts) for outcome in map(singular, OUTCOMES)}
	words = ", ".join(f"{number} {outcome}" for outcome, number in total.items() if number) or "no tests ran"
	return f" {words} in {seconds:.2f}s ".center(80, "=")
