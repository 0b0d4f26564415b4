"""What the demo shows on the terminal and keeps as JSON."""

import json
import sys
import time
from pathlib import Path

WIDTH = 40


class Progress:
	"""One line that grows while something long works; a plain line at the end."""

	def __init__(self, title: str):
		self.title = title
		self.shown = ""

	def __enter__(self) -> "Progress":
		self.started = time.perf_counter()
		if not sys.stdout.isatty():
			print(f"{self.title} ...", flush=True)
		return self

	def step(self, step: str, done: int, total: int) -> None:
		if not sys.stdout.isatty():
			return
		share = done / total if total else 1
		line = f"{self.title}: [{'#' * int(share * WIDTH):{WIDTH}}] {step} {done}/{total}"
		print("\r" + line.ljust(len(self.shown)), end="", flush=True)
		self.shown = line

	def __exit__(self, *exception) -> None:
		seconds = time.perf_counter() - self.started
		end = f"{self.title}: {seconds:.1f} s"
		print(("\r" if sys.stdout.isatty() else "") + end.ljust(len(self.shown)), flush=True)


def write_report(path: Path, result: dict) -> None:
	path.parent.mkdir(parents=True, exist_ok=True)
	path.write_text(json.dumps(result, indent="\t", default=str) + "\n", encoding="utf-8")


def print_report(result: dict, summaries: list[str]) -> None:
	"""The steps as a table, the key figures, the outbox, and what a person should look at."""
	print(f"\nCollections cycle of {result['company']}, {result['run_date']}\n")
	rows = [
		(one["step"], one["status"], f"{one['seconds']:.2f} s", summary)
		for one, summary in zip(result["steps"], summaries, strict=True)
	]
	print_table(("Step", "Status", "Time", "What it did"), rows)
	print_connectors(result["connectors"])
	print("\nOutbox: " + ", ".join(f"{count} {status}" for status, count in result["outbox"].items()))
	for connection, states in result["carried"].items():
		said = ", ".join(f"{count} {status}" for status, count in states.items())
		print(f"  through {connection}: {said}")
	for kind, counts in result["credit"].items():
		print(f"Credit {kind}: " + ", ".join(f"{count} {one}" for one, count in counts.items()))
	bookings, *sums = result["charges"].items()
	print(
		f"Charges: {bookings[1]} booked" + "".join(f", {total:,.2f} {currency}" for currency, total in sums)
	)
	print(f"A/B test: {result['split_test']}")
	for error, count in result["mails"]["not_sent"].items():
		print(f"  {count} mails stay in Frappe's Email Queue: {error}")
	kpis = result["kpis"] or {}
	shown = ("outstanding", "overdue", "dso", "countback_dso", "best_possible_dso", "add_days", "cei")
	shown += ("promise_kept_rate", "straight_through_rate")
	print("Figures: " + ", ".join(f"{key} {kpis.get(key)}" for key in shown))
	issues = [line for line in result["messages"] if line["severity"] != "Info"]
	if issues:
		print(f"\n{len(issues)} things to look at (they stand on the run, too):")
		for line in issues[:12]:
			print(f"  {line['severity']:8} {line['step']}: {line['message']}")
	print(f"\nAll in {result['seconds']['all']} s.")


def print_connectors(streams: list[dict]) -> None:
	"""What came from whom."""
	print()
	print_table(
		("What came", "Stream", "Status", "New", "Seen before", "Failed", "Requests"),
		[
			(
				one["connection"],
				one["stream"],
				one["status"],
				one["created"],
				one["seen"],
				one["failed"],
				one["requests"],
			)
			for one in streams
		],
	)
	for one in streams:
		for status in one["survived"]:
			print(f"  {one['connection']} answered {status} once; it was tried again, and nothing was lost.")


def print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
	widths = [max(len(str(row[column])) for row in (head, *rows)) for column in range(len(head))]
	for row in (head, tuple("-" * width for width in widths), *rows):
		print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
