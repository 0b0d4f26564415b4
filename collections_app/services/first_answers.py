"""The first answers of a page that is opened by its address: they come while the desk still starts.

The desk takes half a second from its HTML until a page may ask for anything. So the HTML's headers name what the page will ask
for (`Link: <…>; rel=preload`), as the framework does with its own files: the browser asks at once, and the page finds the
answers there (`public/js/collections/first_answers.js`). An answer nobody asks for, since arguments differ, costs the server
its work and changes nothing.
"""

import json
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import frappe
from frappe.utils.jinja_globals import bundled_asset

from collections_app.services.access import company_for
from collections_app.services.cockpit.scope import DEFAULT_PERIOD

Calls = Iterator[tuple[str, dict]]
API = "/api/method/collections_app.api."


def extend_bootinfo(bootinfo) -> None:
	"""Of the page in the address: its code comes with the HTML, its bundle and first answers are asked for beforehand."""
	name, rest = _route()
	if name not in PAGES:
		return
	page = frappe.get_doc("Page", name)
	if not page.is_permitted():
		return
	page.load_assets()
	bootinfo["docs"] = [*bootinfo["docs"], page.as_dict()]
	bundle, calls = PAGES[name]
	frappe.local.preload_assets["script"].append(bundled_asset(bundle))
	urls = [_address(method, args) for method, args in calls(rest)]
	bootinfo["collections_first_answers"] = frappe.flags.collections_first_answers = urls


def after_request(response, request) -> None:
	"""Adds the links to the headers."""
	links = [
		f"<{url}>; rel=preload; as=fetch; crossorigin" for url in frappe.flags.collections_first_answers or ()
	]
	if links:
		response.headers["Link"] = ",".join([response.headers.get("Link", ""), *links]).strip(",")


def _route() -> tuple[str, str]:
	"""The page in the address and what follows it. The desk's own name before it is another one with each version; an address
	with filters asks for something else."""
	request = getattr(frappe.local, "request", None)
	if not request or request.query_string:
		return "", ""
	_desk, _, route = request.path.strip("/").partition("/")
	page, _, rest = route.partition("/")
	return page, rest


def _address(method: str, args: dict) -> str:
	"""Must be the same text as `address` of first_answers.js makes."""
	query = {
		name: value
		if isinstance(value, str)
		else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
		for name, value in args.items()
		if value is not None
	}
	return f"{API}{method}" + (f"?{urlencode(query)}" if query else "")


def _cockpit(_rest: str) -> Calls:
	yield "cockpit.opening", {}
	yield "cockpit.indicators", {"period": DEFAULT_PERIOD}
	for panel in ("news", "cash", "ageing", "promises", "head"):
		yield f"cockpit.{panel}", {}


def _worklist(_rest: str) -> Calls:
	yield "worklist.opening", {"filters": {"company": frappe.defaults.get_user_default("Company")}}


def _customer_360(customer: str) -> Calls:
	if customer:
		yield "customer_360.head", {"customer": customer}


def _team(_rest: str) -> Calls:
	yield "team.choices", {}
	if company := company_for():
		yield "team.portfolios", {"companies": [company]}


# page -> its bundle, and its first calls in the order they are needed in; they are given what follows the page in the address
PAGES: dict[str, tuple[str, Callable[[str], Calls]]] = {
	"collections-cockpit": ("collections_cockpit.bundle.js", _cockpit),
	"collections-worklist": ("worklist.bundle.js", _worklist),
	"customer-360": ("customer_360.bundle.js", _customer_360),
	"collections-team": ("team.bundle.js", _team),
}
