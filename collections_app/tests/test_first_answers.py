"""What the browser is told beforehand that a page will ask for."""

import re
from contextlib import contextmanager

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

import frappe

from collections_app.compat import integration_test_case
from collections_app.services import first_answers
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.utils import COMPANY

API = "/api/method/collections_app.api."


@contextmanager
def opened(address: str):
	"""The boot info and the response of the desk at that address."""
	request, preload = getattr(frappe.local, "request", None), frappe.local.preload_assets
	frappe.local.request = Request(EnvironBuilder(address).get_environ())
	frappe.local.preload_assets = {"style": [], "script": [], "icons": []}
	frappe.flags.pop("collections_first_answers", None)
	bootinfo = frappe._dict(docs=[])
	response = Response(headers={"Link": "</assets/desk.js>; rel=preload; as=script"})
	try:
		first_answers.extend_bootinfo(bootinfo)
		first_answers.after_request(response, frappe.local.request)
		yield bootinfo, response
	finally:
		frappe.flags.pop("collections_first_answers", None)
		frappe.local.request, frappe.local.preload_assets = request, preload


class TestFirstAnswers(integration_test_case()):
	def test_a_page_by_its_address(self):
		"""Its code comes with the desk, its bundle and first answers are named in the headers after the desk's own files."""
		with opened("/app/collections-cockpit") as (bootinfo, response):
			[page] = bootinfo.docs
			self.assertEqual(page["name"], "collections-cockpit")
			self.assertIn("on_page_load", page["script"])
			[bundle] = frappe.local.preload_assets["script"]
			self.assertIn("collections_cockpit.bundle", bundle)
			urls = re.findall(r"<([^>]+)>", response.headers["Link"])
		self.assertEqual(urls, ["/assets/desk.js", *bootinfo.collections_first_answers])
		self.assertIn(f"{API}cockpit.opening", urls)
		self.assertIn(f"{API}cockpit.indicators?period=90", urls)

	def test_arguments(self):
		"""Of the route or of the user, as the pages give them."""
		frappe.defaults.set_user_default("company", COMPANY)
		company = COMPANY.replace(" ", "+")
		for address, urls in (
			("/desk/customer-360/A%2FB%20%26%20C", ["customer_360.head?customer=A%2FB+%26+C"]),
			("/app/customer-360", []),
			(
				"/app/collections-worklist",
				[f"worklist.opening?filters=%7B%22company%22%3A%22{company}%22%7D"],
			),
			("/app/collections-team", ["team.choices", f"team.portfolios?companies=%5B%22{company}%22%5D"]),
		):
			with self.subTest(address), opened(address) as (bootinfo, _response):
				self.assertEqual(bootinfo.collections_first_answers, [API + url for url in urls])

	def test_nothing_beforehand(self):
		"""For other pages, with filters in the address, for who may not see the page, and without a request."""
		for address in ("/app/todo", "/app", "/", "/app/collections-team?team=North"):
			with self.subTest(address), opened(address) as (bootinfo, response):
				self.assertEqual(bootinfo.docs, [])
				self.assertNotIn("collections_first_answers", bootinfo)
				self.assertEqual(response.headers["Link"], "</assets/desk.js>; rel=preload; as=script")
		with signed_in(make_user("Accounts User")), opened("/app/collections-team") as (bootinfo, _response):
			self.assertEqual(bootinfo.docs, [])
