"""axe-core over the app's pages and their main dialogs, light and dark: no serious finding; and all of it by Tab.

The desk around them is the framework's.
"""

import pytest

from sandbox.paths import FRONTEND

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
LATE = "Late & Sons"
COCKPIT, WORKLIST, TEAM = ("collections-cockpit",), ("collections-worklist",), ("collections-team",)
CUSTOMER = ("customer-360", LATE)
# route -> what is there once the page is ready
PAGES = {
	("cash-review",): ".review-list",
	("plan-rehearsal",): ".plan-rehearsal",
	COCKPIT: ".collections-cockpit:not(:has([data-panel][aria-busy=true])) .cockpit-tile",
	WORKLIST: ".worklist [data-part=history] [data-body] > :not(.panel-state)",
	TEAM: ".team-page [data-panel=portfolios] .team-table",
	CUSTOMER: ".c360-column [data-panel=people] .c360-body > *",
}
# what opens a dialog, and what is there once it is ready
DIALOGS = {
	"call": (WORKLIST, "[data-do=call]", ".worklist-script p"),
	"promise": (WORKLIST, "[data-do=promise]", "input[data-fieldname=due_on]"),
	"dispute": (WORKLIST, "[data-do=dispute]", "input[data-fieldname=sales_invoice]"),
	"snooze": (WORKLIST, "[data-do=snooze]", "input[data-fieldname=reason]"),
	"letter": (WORKLIST, "[data-do=mail]", "iframe.letter-frame"),
	"letter-360": (CUSTOMER, "[data-act=send]", "iframe.letter-frame"),
	"limit": (CUSTOMER, "[data-act=limit]", "input"),
	"absence": (TEAM, "[data-panel=absences] .btn", "input[data-fieldname=collector]"),
	"sync": (COCKPIT, ".page-head .primary-action", ".frappe-confirm-message"),
}
THEMES = pytest.mark.parametrize("theme", ["light", "dark"])
# pressed at most so often before everything has had the focus
MOST_TABS = 250


@THEMES
@pytest.mark.parametrize("route", PAGES, ids=lambda route: route[0])
def test_page(desk, route, theme):
	opened(desk, route, theme)
	found = findings(desk.page, ".page-container .page-body")
	assert not found, "\n".join(found)


@THEMES
@pytest.mark.parametrize("name", DIALOGS)
def test_dialog(desk, name, theme):
	route, button, ready = DIALOGS[name]
	opened(desk, route, theme)
	desk.page.locator(f".page-container:visible {button}").first.click()
	desk.page.locator(f".modal.show.collections-dialog {ready}").first.wait_for()
	desk.idle()
	settled(desk.page)
	found = findings(desk.page, ".modal.show .modal-content")
	assert not found, "\n".join(found)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route[0])
def test_by_tab(desk, route):
	"""Tab comes to everything that can be pressed or filled in, and one sees where it is."""
	page = opened(desk, route, "light")
	page.evaluate(WATCH)
	for _press in range(MOST_TABS):
		page.keyboard.press("Tab")
		if page.evaluate("window.tabs.note()"):
			break
	found = page.evaluate("window.tabs.missed()")
	assert not found, "\n".join(found)


# Begins at the first control of the page's own part; `note` keeps what has the focus and says when it left that part.
WATCH = """() => {
	const part = [...document.querySelectorAll(".page-container")].find((one) => one.offsetParent);
	const CONTROLS = "a[href], button, input, select, textarea, [tabindex='0'], [role=button], [role=tab]";
	const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]");
	const own = (one) => one.closest(".page-body, .page-actions");
	const controls = () => [...part.querySelectorAll(CONTROLS)].filter(
		(one) => own(one) && shown(one) && !one.disabled && one.tabIndex >= 0);
	const look = (one) => {
		const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
		const outline = outlineStyle === "none" ? "" : outlineWidth + outlineColor;
		return [outline, boxShadow, borderColor, backgroundColor].join();
	};
	const told = (one) => one.outerHTML.slice(0, 160);
	const before = new Map(controls().map((one) => [one, look(one)]));
	const seen = new Set();
	const unseen = [];
	let last = null;
	const first = controls()[0];
	window.tabs = {
		note() {
			const one = document.activeElement;
			// the desk's first Tab only closes a field's open list
			if (one === last) return false;
			last = one;
			if (seen.has(one) || !part.contains(one)) return one === document.body || seen.has(one);
			seen.add(one);
			if (before.get(one) === look(one)) unseen.push(one);
			return false;
		},
		missed() {
			const lost = controls().filter((one) => !seen.has(one));
			const mice = [...part.querySelectorAll(".page-body *")].filter((one) => shown(one)
				&& getComputedStyle(one).cursor === "pointer"
				&& getComputedStyle(one.parentElement).cursor !== "pointer"
				&& !one.closest(CONTROLS) && !one.closest("label") && !one.querySelector(CONTROLS));
			return [
				...lost.map((one) => `not reached: ${told(one)}`),
				...unseen.map((one) => `focus not seen: ${told(one)}`),
				...mice.map((one) => `mouse only: ${told(one)}`),
			];
		},
	};
	first.focus();
	window.tabs.note();
}"""


def opened(desk, route, theme):
	desk.open(*route)
	page = desk.page
	page.locator(f".page-container:visible {PAGES[route]}").first.wait_for()
	desk.idle()
	page.evaluate("theme => document.documentElement.setAttribute('data-theme', theme)", theme)
	settled(page)
	return page


def settled(page) -> None:
	"""Transitions of colours must be over before contrast is measured."""
	page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")


def findings(page, part: str) -> list[str]:
	"""What axe finds in a part of the page, one line each: how bad, which rule, where."""
	page.add_script_tag(path=str(AXE))
	violations = page.evaluate(
		"""async (selector) => {
			const part = [...document.querySelectorAll(selector)].find((one) => one.offsetParent);
			const { violations } = await axe.run(part, { resultTypes: ["violations"] });
			// the desk's list of choices below a field
			for (const one of violations) {
				const choices = (node) => document.querySelector(node.target[0])?.closest(".awesomplete");
				one.nodes = one.nodes.filter(
					(node) => !(/^(aria-|listitem)/.test(one.id) && choices(node)));
			}
			return violations;
		}""",
		part,
	)
	return [
		f"{one['impact']} {one['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
		for one in violations
		if one["impact"] in SERIOUS
		for node in one["nodes"]
	]
