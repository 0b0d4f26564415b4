"""The sandbox's commands."""

import argparse
import importlib
import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox.paths import HOME, PYTHON, REPO
from sandbox.site import DESK

REPORT = HOME / "demo.json"
BENCHMARKS = "tests.benchmarks"
CODE = {".py", ".js", ".css", ".scss"}


def setup(options) -> None:
	"""build everything that is missing or out of date"""
	from sandbox import stages, system

	stages.ensure_all()
	system.ensure_chromium()


def desk(options) -> None:
	"""serve the desk in the background and print its address and login"""
	from sandbox.services import describe

	setup(options)
	services = desk_services()
	services.start(version=source_version())
	print(describe(services))


def stop(options) -> None:
	"""end the desk's processes"""
	ended = desk_services().stop()
	print(f"ended: {', '.join(ended)}" if ended else "nothing ran")


def status(options) -> None:
	"""say whether the desk runs, and where"""
	from sandbox.services import describe

	print(describe(desk_services()))


def demo(options) -> None:
	"""load the sample company, run the collections cycle and say what it did"""
	if not options.bench:
		setup(options)
	from sandbox import demo

	demo.main(REPORT, options.bench, options.site)


def bench(options) -> None:
	"""run the benchmarks, each printing one line of JSON"""
	if not options.bench:
		setup(options)
	chosen = {"--only": options.only, "--bench": options.bench, "--site": options.site}
	words = [word for name, value in chosen.items() if value for word in (name, value)]
	raise SystemExit(python_exit("-m", BENCHMARKS, *words))


def execute(options) -> None:
	"""call module:function on the site, with arguments given as JSON or text, and print what it returns"""
	from sandbox import runtime, stages

	stages.ensure_all(options.site)
	module, _, function = options.target.partition(":")
	with runtime.connected(options.site):
		result = getattr(importlib.import_module(module), function)(*map(parse, options.arguments))
	if result is not None:
		print(result if isinstance(result, str) else json.dumps(result, indent="\t", default=str))


def run(options) -> None:
	"""run a script, -m module or -c code connected to the site"""
	from sandbox import runtime, stages

	words = options.words
	if not words or (words[0] in ("-m", "-c") and len(words) < 2):
		raise SystemExit("sandbox: run script.py ..., run -m module ... or run -c code")
	stages.ensure_all(options.site)
	with runtime.connected(options.site):
		if words[0] == "-c":
			exec(words[1], {"__name__": "__main__"})
			return
		is_module = words[0] == "-m"
		sys.argv = words[1:] if is_module else words
		(runpy.run_module if is_module else runpy.run_path)(sys.argv[0], run_name="__main__")


def test(options) -> None:
	"""run pytest with the arguments given; the plugins its folders need are added"""
	from sandbox import suite

	raise SystemExit(python_exit("-m", "pytest", *suite.plugins(options.words), *options.words))


def run_suite(options) -> None:
	"""run all tests: unit and integration beside each other, then those in the browser"""
	from sandbox import suite

	setup(options)
	raise SystemExit(suite.run())


def python(options) -> None:
	"""run the environment's Python without a site, e.g. for the engine's own commands"""
	raise SystemExit(python_exit(*options.words, folder=None))


def update_translations(options) -> None:
	"""bring locale/main.pot, and the .po of the languages named or of all, up to the source"""
	from sandbox import site, stages, translations

	if not site.exists(site.PRISTINE):
		stages.ensure_all(None)
	translations.update(options.languages)


def reset(options) -> None:
	"""make the site as new"""
	from sandbox import site, stages

	services = desk_services()
	running = services.url is not None
	services.stop()
	stages.ensure_all(None)
	site.reset(options.site)
	if running:
		desk(options)


def clean(options) -> None:
	"""end the desk's processes and remove everything built"""
	desk_services().stop()
	shutil.rmtree(HOME, ignore_errors=True)


def smtp(options) -> None:
	"""run the local mail server in the foreground"""
	from sandbox.providers import smtp as server

	server.main(options.folder, options.port)


def desk_services():
	from sandbox.services import Services

	return Services(DESK, shared=True)


def source_version() -> str:
	"""Digest of all code the desk's processes have loaded, or whose bundles they name: when it changes, they are started afresh."""
	from sandbox.paths import SOURCE, app_sources
	from sandbox.stamps import digest, files_below
	from sandbox.wheel import framework_stamp

	files = [file for folder in (SOURCE, *app_sources().values()) for file in files_below(folder)]
	return digest(framework_stamp(), *(file for file in files if file.suffix in CODE))


def python_exit(*words: str, folder: Path | None = REPO) -> int:
	"""Run the environment's Python; returns its exit code."""
	return subprocess.run([str(PYTHON), *words], cwd=folder).returncode


def parse(text: str):
	"""An argument of the command line: JSON where it is JSON, else the text itself."""
	try:
		return json.loads(text)
	except ValueError:
		return text


def parser() -> argparse.ArgumentParser:
	top = argparse.ArgumentParser(
		prog="python3 -m sandbox", description="A desk for collections_app without a bench."
	)
	commands = top.add_subparsers(metavar="command", required=True)

	def add(name, function):
		command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
		command.set_defaults(function=function)
		return command

	def add_for_site(name, function):
		command = add(name, function)
		command.add_argument("--site", default=DESK, help=f"the site to work on (default: {DESK})")
		return command

	for function in (setup, desk, stop, status, clean, test, python):
		add(function.__name__, function)
	add("suite", run_suite)
	add_for_site("reset", reset)
	add_for_site("run", run)
	command = add_for_site("exec", execute)
	command.add_argument("target", metavar="module:function")
	command.add_argument("arguments", nargs="*")
	for function in (demo, bench):
		command = add(function.__name__, function)
		command.add_argument("--bench", metavar="FOLDER", help="work on a bench instead of the sandbox")
		command.add_argument("--site", help="the bench's site")
	command.add_argument("--only", metavar="NAME", help="one benchmark alone")
	command = add("translations", update_translations)
	command.add_argument("languages", nargs="*", help="es, fr (default: all that are there)")
	command = add("smtp", smtp)
	command.add_argument("folder", help="where each mail is kept as an .eml file")
	command.add_argument("--port", type=int, default=1025)
	return top


def main(words: list[str]) -> None:
	"""Run one command. All words after `test`, `python` and `run [--site name]` are passed on as they are."""
	if words[0] in ("help", "-h", "--help"):
		parser().print_help()
		return
	own = len(words)
	if words[0] in ("test", "python", "run"):
		own = 3 if words[0] == "run" and words[1:2] == ["--site"] else 1
	options = parser().parse_args(words[:own])
	options.words = words[own:][1:] if words[own : own + 1] == ["--"] else words[own:]
	options.function(options)
