"""The demo: the sample company, the days before, today's pass of the collections cycle, and what it did.

In the sandbox: `python3 -m sandbox demo`. On a bench, with the bench's own Python and database:
`python3 -m sandbox demo --bench BENCH --site SITE`. Mails go to a mail server of the demo, and its connections to
simulators of the providers: to no one else.
"""

import os
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sandbox import demo_connectors as connections
from sandbox import demo_credit as credit
from sandbox import demo_days as days
from sandbox import demo_messages as messages
from sandbox import demo_plans as plans
from sandbox import demo_team as team
from sandbox.demo_report import Progress, print_report, write_report

RUN_MODULE = "sandbox.demo"


def main(report: Path, bench: str | None = None, site: str | None = None) -> None:
	"""Runs the demo in the sandbox's desk site, or on the site of a bench, and writes `report` (JSON)."""
	from sandbox.paths import HOME
	from sandbox.providers.smtp import MailServer
	from sandbox.providers.stage import standing

	with MailServer(HOME / "mail") as server, standing() as prompt:
		if bench:
			run_on_bench(Path(bench).resolve(), site or "", server.port, prompt.url, report)
			return
		from sandbox import runtime
		from sandbox.site import DESK

		with runtime.connected(DESK):
			demo(server.port, prompt, report)
		print("Open the desk: make desk (it prints the address and the login)")


def run_on_bench(bench: Path, site: str, port: int, prompter: str, report: Path) -> None:
	"""Starts this module anew with the bench's Python, where `collections_app` is the bench's own copy."""
	python = bench / "env" / "bin" / "python"
	if not python.exists():
		raise SystemExit(f"demo: {bench} is no bench: there is no env/bin/python")
	if not (bench / "sites" / site / "site_config.json").exists():
		raise SystemExit(f"demo: the bench has no site {site!r}; name one with SITE=")
	repo = str(Path(__file__).resolve().parents[1])
	code = f"import sys; sys.path.append({repo!r}); from {RUN_MODULE} import on_bench; on_bench()"
	told = {
		"DEMO_SITE": site,
		"DEMO_SMTP_PORT": str(port),
		"DEMO_PROMPTER": prompter,
		"DEMO_REPORT": str(report),
	}
	environment = {**os.environ, **told}
	environment.pop("PYTHONPATH", None)
	result = subprocess.run([str(python), "-c", code], cwd=bench / "sites", env=environment)
	if result.returncode:
		raise SystemExit(result.returncode)


def on_bench() -> None:
	"""The part that runs inside the bench."""
	import frappe

	from sandbox.providers.prompt import Prompt

	frappe.init(site=os.environ["DEMO_SITE"])
	frappe.connect()
	frappe.set_user("Administrator")
	try:
		if "collections_app" not in frappe.get_installed_apps():
			raise SystemExit("demo: collections_app is not installed on this site (bench install-app)")
		prompt = Prompt(os.environ["DEMO_PROMPTER"])
		demo(int(os.environ["DEMO_SMTP_PORT"]), prompt, Path(os.environ["DEMO_REPORT"]))
		connections.switch_off()
		frappe.db.commit()
		print(f"Open the desk: {frappe.utils.get_url('/app/collections')}")
	finally:
		frappe.destroy()


def demo(smtp_port: int, prompt, report: Path) -> None:
	"""Loads, prepares, connects, runs, sends, and tells. `prompt`: tells the simulators what to play."""
	import frappe

	from sandbox.company.load import choose, load

	started = time.perf_counter()
	with Progress("sample company") as progress:
		_seed, today = choose()
		with days.at_work(today, days.DAYS_BEFORE[0], days.NIGHT):
			loaded = load(progress=progress.step, days_before=days.DAYS_BEFORE[0])
	company = loaded["company"]
	prepare(company, smtp_port)
	team.set_up(company, customers_of(loaded), frappe.utils.getdate(loaded["as_of"]))
	with Progress("the weeks before") as progress:
		days.live_through(loaded, run_cycle, send_mails, progress.step)
		loaded = load()
	team.own_what_was_noted(company)
	with Progress("connecting providers"):
		connections.connect_providers(company, prompt, loaded)
	started_at = frappe.utils.now_datetime()
	with Progress("asking bureaus, registers and lists"):
		credit.ask(loaded, prompt)
	messages.begin()
	days.morning(company)
	place_statement(loaded, partly=True)
	loading = time.perf_counter() - started

	context = run_cycle(company)
	mails = send_mails()
	messages.follow(prompt)
	with Progress("covers and their insurer"):
		credit.insure(loaded, prompt)
	result = {
		"company": company,
		"run_date": str(context.run_date),
		"loaded": loaded,
		"steps": [
			{"step": one.step, "status": one.status, "seconds": one.seconds, "counts": one.counts}
			for one in context.results
		],
		"connectors": connections.brought(started_at),
		"carried": messages.carried(),
		"credit": credit.told(),
		"charges": plans.charged(company),
		"split_test": plans.compared(company),
		"kpis": next((one.counts.get("kpis") for one in context.results if one.step == "Snapshot"), {}),
		"messages": [vars(line) for line in context.messages],
		"outbox": outbox(company),
		"mails": mails,
		"seconds": {"loading": round(loading, 2), "all": round(time.perf_counter() - started, 2)},
	}
	frappe.db.commit()
	write_report(report, result)
	print_report(result, [one.summary for one in context.results])


def prepare(company: str, smtp_port: int | None) -> None:
	"""What an administrator sets up once. The demo sends at any hour, so that it shows something at night, too.

	Without `smtp_port` the site gets no outgoing account.
	"""
	import frappe

	from sandbox.providers import mail_account

	settings = frappe.get_single("Collections Settings")
	rows = {row.company: row for row in settings.companies}
	row = rows.get(company) or settings.append("companies", {"company": company})
	row.enabled = 1
	row.default_collector = row.default_collector or "Administrator"
	if smtp_port:
		# not one of the sample's customers exists: their mail must go nowhere else
		row.email_account = mail_account.use_for_outgoing(smtp_port)
	settings.update({"sending_from": "00:00:00", "sending_until": "00:00:00", "send_on_weekends": 1})
	settings.save()
	connections.connect_files(company)


def place_statement(loaded: dict, partly: bool = False) -> None:
	"""Puts the day's CAMT.053 file into the connector's folder; the app knows whether it has read it before. `partly`:
	without what the bank's interface brings."""
	import frappe

	from collections_app.services.connectors.upload import folder_of
	from sandbox.company.at_providers import in_file
	from sandbox.company.camt import write_camt
	from sandbox.company.load import sample_of

	folder = folder_of(frappe.get_doc("Connector Config", connections.FILES))
	sample = sample_of(loaded)
	write_camt(folder, sample.company, in_file(sample.statement) if partly else sample.statement)


def customers_of(loaded: dict) -> list[str]:
	from sandbox.company.load import sample_of

	return [customer.name for customer in sample_of(loaded).customers]


def run_cycle(company: str, day=None, quiet: bool = False):
	"""The run of a day, today if none is named, in this process, with its progress on the terminal unless `quiet`."""
	import frappe

	from collections_app.services.run import queue

	run = queue.get_or_create(company, day or frappe.utils.getdate())
	frappe.db.commit()
	if quiet:
		return queue.execute(run)
	with Progress("collections cycle") as progress, told_to(progress):
		return queue.execute(run)


@contextmanager
def told_to(progress):
	"""Shows what the run publishes for the desk's progress bar."""
	from collections_app.services.run.record import RunRecord

	publish = RunRecord._publish

	def tell(record, step, percent, status):
		progress.step(step or status, round(percent or 0), 100)
		publish(record, step, percent, status)

	RunRecord._publish = tell
	try:
		yield
	finally:
		RunRecord._publish = publish


def send_mails(quiet: bool = False) -> dict:
	"""Frappe's Email Queue sends; then the outbox looks what became of its messages.

	A mail that cannot be sent (no server to print its invoices, say) stays in the queue, and the others go on.
	Returns counts, and in `not_sent` how many mails met which error.
	"""
	import frappe

	from collections_app.services.outbox.follow import follow_sent_messages

	waiting = frappe.get_all(
		"Email Queue",
		{"status": ["in", ["Not Sent", "Partially Sent"]], "reference_doctype": "Collection Case"},
		pluck="name",
		order_by="creation",
	)
	not_sent: dict[str, int] = {}
	with nullcontext() if quiet else Progress("sending mails") as progress:
		for number, name in enumerate(waiting, 1):
			try:
				frappe.get_doc("Email Queue", name).send()
			except Exception as error:
				frappe.db.rollback()
				reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
				not_sent[reason] = not_sent.get(reason, 0) + 1
			frappe.db.commit()
			if progress:
				progress.step("mails", number, len(waiting))
	followed = follow_sent_messages()
	frappe.db.commit()
	sent = len(waiting) - sum(not_sent.values())
	return {"handed_to_mail_server": sent, "not_sent": not_sent, **followed}


def outbox(company: str) -> dict[str, int]:
	"""Actions by status."""
	import frappe

	counts: dict[str, int] = {}
	for status in frappe.get_all(
		"Collection Action", {"company": company}, pluck="status", order_by="status"
	):
		counts[status] = counts.get(status, 0) + 1
	return counts


if __name__ == "__main__":
	sys.exit("use python3 -m sandbox demo")
