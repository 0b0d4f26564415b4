"""Benchmarks: each prints one JSON line (or some) beginning with {"bench": name}. Called by `make bench`.

Without `--bench` they work on a copy of the sandbox's site with the sample company, which is thrown away;
with `--bench FOLDER --site NAME` on that site, in the bench's own Python.
"""

import argparse
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

NAMES = (
	"open_items",
	"cycle",
	"cash_match",
	"cockpit",
	"dunning_plan",
	"score",
	"simulated_year",
	"outbox_kills",
	"statement_fuzz",
	"usable",
	"webhooks",
)
REPO = Path(__file__).resolve().parents[2]


def main() -> None:
	parser = argparse.ArgumentParser(prog="make bench")
	parser.add_argument("--only", choices=NAMES, help="one benchmark alone")
	parser.add_argument("--bench", type=Path, help="a bench's folder")
	parser.add_argument("--site", help="the bench's site")
	options = parser.parse_args()
	names = (options.only,) if options.only else NAMES
	if options.bench:
		run_on_bench(options.bench.resolve(), options.site, names)
	else:
		run_in_sandbox(names)


def run_in_sandbox(names: tuple[str, ...]) -> None:
	from sandbox import runtime
	from sandbox import site as sites
	from sandbox.paths import SOURCE
	from sandbox.stages import ensure_framework

	site = f"bench-{os.getpid()}"
	ensure_framework()
	sites.ensure_variant("sample", "sandbox.company.load:load", SOURCE / "company")
	sites.copy_site("sample", site)
	os.environ["SANDBOX_REDIS_PRIVATE"] = "1"
	try:
		with runtime.connected(site):
			measure(names)
	finally:
		sites.remove_site(site)


def run_on_bench(bench: Path, site: str | None, names: tuple[str, ...]) -> None:
	if not site or not (bench / "sites" / site / "site_config.json").exists():
		raise SystemExit(f"make bench: the bench {bench} has no site {site!r}; name one with SITE=")
	# this package comes from here even where another is called `tests`; `collections_app` from the bench
	code = (
		f"import sys; sys.path.insert(0, {str(REPO)!r}); import tests.benchmarks.__main__ as benchmarks;"
		f" sys.path.append(sys.path.pop(0)); benchmarks.on_bench()"
	)
	environment = {**os.environ, "BENCH_SITE": site, "BENCH_NAMES": ",".join(names)}
	# a bench has no browser; whoever needs one asks this Python
	environment["BENCH_BROWSER"] = sys.executable
	environment.pop("PYTHONPATH", None)
	python = bench / "env" / "bin" / "python"
	raise SystemExit(
		subprocess.run([str(python), "-c", code], cwd=bench / "sites", env=environment).returncode
	)


def on_bench() -> None:
	import frappe

	frappe.init(site=os.environ["BENCH_SITE"])
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		measure(tuple(os.environ["BENCH_NAMES"].split(",")))
	finally:
		frappe.destroy()


def measure(names: tuple[str, ...]) -> None:
	for name in names:
		result = import_module(f"tests.benchmarks.{name}").run()
		for line in [result] if isinstance(result, dict) else result:
			print(json.dumps({"bench": name, **line}), flush=True)


if __name__ == "__main__":
	sys.exit(main())
