"""A page that is opened by its address finds its first answers: the browser asked for them with the desk's HTML."""

import pytest

API = "/api/method/collections_app.api."
READY = {
	"collections-cockpit": ".cockpit-indicators .tile-value",
	"collections-worklist": ".worklist-file [data-part=file]:not(:has(.panel-loading))",
	"customer-360": ".c360-head .exposure",
	"collections-team": "[data-panel=portfolios] tbody tr",
}


@pytest.mark.parametrize("name", READY)
def test_asked_for_once_and_beforehand(desk, name):
	"""Each is asked for by the headers and never again; within the desk the page asks by itself."""
	page, asked = desk.page, []
	page.on("request", lambda request: asked.append(request.url.removeprefix(desk.url)))
	route = [name, "Late & Sons"] if name == "customer-360" else [name]
	desk.open(*route)
	page.locator(READY[name]).first.wait_for()
	desk.idle()
	beforehand = page.evaluate("frappe.boot.collections_first_answers")
	assert beforehand
	for address in beforehand:
		method = address.partition("?")[0]
		assert [one for one in asked if one.partition("?")[0] == method] == [address]
	# the page's code came with the desk
	assert not [one for one in asked if "getpage" in one]
	started = page.evaluate(
		"""addresses => addresses.map((one) => performance.getEntriesByName(location.origin + one)[0].startTime)""",
		beforehand,
	)
	built = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventStart")
	assert max(started) < built


def test_within_the_desk_and_where_it_fails(desk):
	"""Nothing is asked for beforehand for a page that comes later; what failed beforehand is asked for anew."""
	page, asked = desk.page, []
	desk.open("todo")
	page.on("request", lambda request: asked.append(request.url))
	page.evaluate("frappe.set_route('collections-team')")
	page.locator(READY["collections-team"]).first.wait_for()
	assert page.evaluate("frappe.boot.collections_first_answers") is None
	assert [one for one in asked if f"{API}team.portfolios" in one]

	tries = []

	def fail_first(route) -> None:
		tries.append(route.request.url)
		route.abort() if len(tries) == 1 else route.continue_()

	page.route(f"**{API}team.choices*", fail_first)
	desk.open("collections-team")
	page.locator(READY["collections-team"]).first.wait_for()
	assert len(tries) == 2
