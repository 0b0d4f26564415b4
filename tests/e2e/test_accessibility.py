"""axe-core over the app's pages, light and dark: no serious finding. The desk around them is the framework's."""

import pytest

from sandbox.paths import FRONTEND

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
# route -> what is there once the page is ready
PAGES = {
	("cash-review",): ".review-list",
	("plan-rehearsal",): ".plan-rehearsal",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route[0])
def test_page(desk, route, theme):
	desk.open(*route)
	desk.page.locator(f".page-container:visible {PAGES[route]}").first.wait_for()
	desk.idle()
	desk.page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
	# transitions of colours must be over before contrast is measured
	desk.page.wait_for_timeout(400)
	found = findings(desk.page, ".page-container .page-body")
	assert not found, "\n".join(found)


def findings(page, part: str) -> list[str]:
	"""What axe finds in a part of the page, one line each: how bad, which rule, where."""
	page.add_script_tag(path=str(AXE))
	violations = page.evaluate(
		"""async (selector) => {
			const part = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
			return (await axe.run(part, { resultTypes: ["violations"] })).violations;
		}""",
		part,
	)
	return [
		f"{one['impact']} {one['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
		for one in violations
		if one["impact"] in SERIOUS
		for node in one["nodes"]
	]
