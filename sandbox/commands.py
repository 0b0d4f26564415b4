"""The sandbox's commands."""

import argparse
import importlib
import json
import runpy
import shutil
import subprocess
import sys

from sandbox.paths import HOME, PYTHON, REPO


def setup(options) -> None:
	"""build everything that is missing or out of date"""
	from sandbox import stages, system

	stages.ensure_all()
	system.ensure_chromium()


def desk(options) -> None:
	"""serve the desk in the background and print its address and login"""
	from sandbox.services import describe, say

	setup(options)
	services = desk_services()
	services.start(version=source_version())
	say(describe(services))


def stop(options) -> None:
	"""end the desk's processes"""
	ended = desk_services().stop()
	print(f"ended: {', '.join(ended)}" if ended else "nothing ran")


def status(options) -> None:
	"""say whether the desk runs, and where"""
	from sandbox.services import describe

	print(describe(desk_services()))


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

	stages.ensure_all(options.site)
	words = options.words[1:] if options.words[:1] == ["--"] else options.words
	if not words or (words[0] in ("-m", "-c") and len(words) < 2):
		raise SystemExit("sandbox: run -- script.py ..., run -- -m module ... or run -- -c code")
	with runtime.connected(options.site):
		if words[0] == "-c":
			exec(words[1], {"__name__": "__main__"})
			return
		is_module = words[0] == "-m"
		sys.argv = words[1:] if is_module else words
		(runpy.run_module if is_module else runpy.run_path)(sys.argv[0], run_name="__main__")


def test(options) -> None:
	"""run pytest in the sandbox's environment, with the arguments given"""
	from sandbox import stages, system

	stages.ensure_all(None)
	system.ensure_chromium()
	words = options.words[1:] if options.words[:1] == ["--"] else options.words
	raise SystemExit(subprocess.run([str(PYTHON), "-m", "pytest", *words], cwd=REPO).returncode)


def python(options) -> None:
	"""run the environment's Python without a site, e.g. for the engine's own commands"""
	raise SystemExit(subprocess.run([str(PYTHON), *options.words]).returncode)


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
	from sandbox.site import DESK

	return Services(DESK, shared=True)


def source_version() -> str:
	"""Digest of all code the desk's processes have loaded: when it changes, they are started afresh."""
	from sandbox.paths import SOURCE, app_sources
	from sandbox.stamps import digest, files_below
	from sandbox.wheel import framework_stamp

	folders = [SOURCE, *app_sources().values()]
	return digest(framework_stamp(), *(file for folder in folders for file in files_below(folder) if file.suffix == ".py"))


def parse(text: str):
	"""An argument of the command line: JSON where it is JSON, else the text itself."""
	try:
		return json.loads(text)
	except ValueError:
		return text


def parser() -> argparse.ArgumentParser:
	top = argparse.ArgumentParser(prog="python3 -m sandbox", description="A desk for collections_app without a bench.")
	commands = top.add_subparsers(metavar="command", required=True)

	def add(name, function, *, with_site=False):
		command = commands.add_parser(name, help=function.__doc__, description=function.__doc__)
		command.set_defaults(function=function)
		if with_site:
			command.add_argument("--site", default="desk", help="the site to work on (default: desk)")
		return command

	for function in (setup, desk, stop, status, clean):
		add(function.__name__, function)
	add("reset", reset, with_site=True)
	command = add("exec", execute, with_site=True)
	command.add_argument("target", metavar="module:function")
	command.add_argument("arguments", nargs="*")
	add("run", run, with_site=True).add_argument("words", nargs=argparse.REMAINDER, metavar="-- ...")
	add("test", test).add_argument("words", nargs=argparse.REMAINDER, metavar="-- ...")
	add("python", python).add_argument("words", nargs=argparse.REMAINDER, metavar="...")
	command = add("smtp", smtp)
	command.add_argument("folder", help="where each mail is kept as an .eml file")
	command.add_argument("--port", type=int, default=1025)
	return top


def main(words: list[str]) -> None:
	"""Run one command."""
	if words[0] in ("help", "-h", "--help"):
		parser().print_help()
		return
	options = parser().parse_args(words)
	options.function(options)
