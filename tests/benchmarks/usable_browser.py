"""The browser's side of the benchmark `usable`: opens the pages in Chromium and times them.

`python -m tests.benchmarks.usable_browser`, told by JSON on standard input: url, user, password, rounds, customers (two of them);
prints a line of JSON for each page and way of opening it.
"""

import json
import os
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sandbox import system

PROBE = Path(__file__).with_name("usable_probe.js")
WINDOW = {"width": 1440, "height": 900}
# a page that is not there after that will not come
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Wanted:
	"""`main`: selectors of what must be seen for the page to be usable; `screen`: the part of which nothing in the window may
	be loading any more. `again`: the route to take the second time, where it is another."""

	name: str
	route: tuple[str, ...]
	main: tuple[str, ...]
	screen: str = ""
	again: tuple[str, ...] = ()
	again_main: tuple[str, ...] = ()

	@property
	def key(self) -> str:
		"""What the desk calls the page's element."""
		return "/".join(self.route) if self.route[0] == "List" else self.route[0]

	@property
	def path(self) -> str:
		words = ("todo",) if self.route[0] == "List" else self.route
		return "/".join(quote(word, safe="") for word in words)


# what the desk takes for itself: a short list
PLAIN = Wanted("plain", ("List", "ToDo", "List"), (".frappe-list .list-row-head, .frappe-list .no-result",))


def pages(customers: list[str]) -> list[Wanted]:
	def head_of(customer: str) -> tuple[str, ...]:
		return (
			f'.c360-title a[href$="/{quote(customer)}"]',
			".c360-head .exposure",
			".c360-head .ageing-bar",
		)

	first, other = customers
	file = ".worklist-file [data-part=file]:not(:has(.panel-loading))"
	return [
		PLAIN,
		Wanted("cockpit", ("collections-cockpit",), (".cockpit-indicators .tile-value",), ".cockpit-grid"),
		Wanted("worklist", ("collections-worklist",), (".worklist-row", file)),
		Wanted(
			"customer_360",
			("customer-360", first),
			head_of(first),
			again=("customer-360", other),
			again_main=head_of(other),
		),
		Wanted("team", ("collections-team",), ("[data-panel=portfolios] tbody tr",)),
	]


def main() -> None:
	told = json.load(sys.stdin)
	with sync_playwright() as playwright:
		flags = [flag for flag in system.FLAGS if flag != "--headless"]
		browser = playwright.chromium.launch(executable_path=system.chromium(), args=flags)
		try:
			desk = Desk(browser, told)
			for page in pages(told["customers"]):
				for line in measured(desk, page, told["rounds"]):
					print(json.dumps(line), flush=True)
		finally:
			browser.close()


def measured(desk: "Desk", wanted: Wanted, rounds: int) -> Iterator[dict]:
	"""A line for each way of opening the page, `how`: "desk first", from another page of the desk, its code was never loaded; "desk
	again", once more (Customer 360: the next customer), its code is there; "url first", by its address, nothing is cached; "url
	again", the same with the browser's cache.

	`desk_ms`: until the desk hands over to the page; `usable_p50_ms`, `usable_p95_ms`: until what one came for is seen;
	`settled_ms`: until nothing loads any more; `requests` and `kb` over the network until then (all but the p95 are the middle).
	"""
	taken = [desk.round(wanted) for _round in range(rounds + 1)]
	# the first one warms the server
	for how in taken[0]:
		found = [one[how] for one in taken[1:]]
		usable = [one["usable"] for one in found]

		def middle(name: str, found=found) -> float:
			return round(statistics.median(one[name] for one in found))

		yield {
			**{"page": wanted.name, "how": how, "desk_ms": middle("desk")},
			"usable_p50_ms": middle("usable"),
			"usable_p95_ms": round(statistics.quantiles(usable, n=20, method="inclusive")[-1]),
			**{"settled_ms": middle("settled"), "requests": middle("requests"), "kb": middle("kb")},
		}
		if os.environ.get("BENCH_WATERFALL"):
			waterfall(found[-1])


def waterfall(one: dict) -> None:
	"""What the last opening asked for, and when: start, end, KB, address."""
	print(f"usable {one['usable']:.0f}, settled {one['settled']:.0f}", file=sys.stderr)
	for start, end, kb, address in one["waterfall"]:
		print(f"{start:6.0f} {end:6.0f} {kb:8.1f} {address}", file=sys.stderr)


class Desk:
	"""Opens pages as the user who signed in."""

	def __init__(self, browser: Browser, told: dict):
		self.browser, self.url = browser, told["url"]
		context = browser.new_context(viewport=WINDOW)
		page = context.new_page()
		page.goto(f"{self.url}/api/method/ping")
		signed_in = page.evaluate(
			"""async ([usr, pwd]) =>
				(await fetch("/api/method/login", { method: "POST", body: new URLSearchParams({ usr, pwd }) })).ok""",
			[told["user"], told["password"]],
		)
		assert signed_in, "the login failed"
		page.goto(f"{self.url}/app/todo")
		page.wait_for_function("window.frappe && frappe.boot && (frappe.get_route() || []).length")
		# the desk's own name changed with its versions
		self.prefix = page.evaluate("location.pathname.split('/')[1]")
		self.cookies = context.cookies()
		context.close()

	def round(self, wanted: Wanted) -> dict[str, dict]:
		"""Each way once -> what was measured."""
		taken = {}
		context = self.context()
		page = context.new_page()
		self.by_url(page, PLAIN)
		if wanted != PLAIN:
			taken["desk first"] = self.in_desk(page, wanted, wanted.route, wanted.main)
			self.in_desk(page, PLAIN, PLAIN.route, PLAIN.main)
			again = wanted.again or wanted.route
			taken["desk again"] = self.in_desk(page, wanted, again, wanted.again_main or wanted.main)
		context.close()
		context = self.context()
		taken["url first"] = self.by_url(context.new_page(), wanted)
		taken["url again"] = self.by_url(context.new_page(), wanted)
		context.close()
		return taken

	def context(self) -> BrowserContext:
		"""A window in which nothing is cached."""
		context = self.browser.new_context(viewport=WINDOW)
		context.add_cookies(self.cookies)
		context.add_init_script(path=PROBE)
		context.set_default_timeout(PATIENCE_MS)
		return context

	def by_url(self, page: Page, wanted: Wanted) -> dict:
		page.goto(f"{self.url}/{self.prefix}/{wanted.path}", wait_until="commit")
		return self.watch(page, wanted, None, wanted.main)

	def in_desk(self, page: Page, wanted: Wanted, route: tuple[str, ...], main: tuple[str, ...]) -> dict:
		return self.watch(page, wanted, route, main)

	def watch(self, page: Page, wanted: Wanted, route: tuple[str, ...] | None, main: tuple[str, ...]) -> dict:
		seen = page.evaluate(
			"told => watch_page(told)",
			{"route": route, "key": wanted.key, "main": main, "screen": wanted.screen, "limit": PATIENCE_MS},
		)
		assert seen["usable"] is not None, f"{wanted.name} did not come up in {PATIENCE_MS / 1000:.0f} s"
		return seen


if __name__ == "__main__":
	main()
