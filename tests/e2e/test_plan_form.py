"""The form of a dunning plan in the browser: whom it is for, what it catches, its picture, its A/B test."""

import json

import pytest

PLAN = "Standard"


@pytest.fixture
def form(desk):
	desk.open_doc("Dunning Plan", PLAN)
	ready(desk)
	return desk


def ready(desk) -> None:
	desk.page.locator(".plan-coverage [data-figure=caught]").wait_for()
	desk.page.wait_for_function("window.cur_frm && cur_frm.customer_filters")
	desk.idle()


def save(desk) -> None:
	desk.page.evaluate("cur_frm.save()")
	desk.page.wait_for_function("!cur_frm.is_dirty() && !cur_frm.is_new()")
	desk.idle()


def figure(desk, kind: str) -> int:
	return int(desk.page.locator(f"[data-figure={kind}] .figure-value").inner_text())


def test_coverage_opens_its_customers(form):
	answer = form.ask("collections_app.api.plans.coverage", plan=PLAN)
	for kind, key in (("caught", "customers"), ("taken", "taken"), ("uncovered", "uncovered")):
		assert figure(form, kind) == answer[key]
	assert answer["customers"] > 0
	form.page.locator("[data-figure=caught] a").click()
	rows = form.dialog.locator("tbody tr")
	rows.first.wait_for()
	assert rows.count() == answer["customers"]
	assert "Late & Sons" in rows.first.inner_text()
	assert "1,200.50" in rows.first.inner_text()
	rows.first.locator("a").click()
	form.page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Customer'")
	form.idle()


def test_customer_filters_are_built_saved_and_applied(form):
	page = form.page
	assert not page.evaluate("cur_frm.is_dirty()")
	area = page.locator(".customer-filters")
	area.locator(".add-filter").click()
	page.evaluate(
		"cur_frm.customer_filters.group.filters[0].set_values('Customer', 'customer_name', 'like', 'Slow')"
	)
	area.locator(".filter-field input").first.focus()
	area.locator(".filter-field input").first.blur()
	page.wait_for_function("cur_frm.is_dirty()")
	save(form)
	stored = json.loads(form.value("Dunning Plan", PLAN, "customer_filters"))
	assert stored == [["Customer", "customer_name", "like", "%Slow%"]]
	page.wait_for_function("document.querySelector('[data-figure=caught] .figure-value').innerText === '1'")
	# opened again the builder shows what is stored, and nothing counts as changed
	page.reload()
	ready(form)
	assert area.locator(".filter-field input").first.input_value() == "%Slow%"
	assert not page.evaluate("cur_frm.is_dirty()")
	area.locator(".clear-filters").click()
	page.wait_for_function("cur_frm.is_dirty()")
	save(form)
	assert not form.value("Dunning Plan", PLAN, "customer_filters")


def test_values_of_conditions_are_suggested(form):
	page = form.page
	page.evaluate(
		"cur_frm.add_child('conditions', {fact: 'Risk Band', operator: 'in', value: 'A, '}); cur_frm.refresh_field('conditions')"
	)
	page.locator("[data-fieldname=conditions] .rows [data-fieldname=value]").first.click()
	page.locator("[data-fieldname=conditions] .rows [data-fieldname=value] input").first.focus()
	page.wait_for_function("document.querySelectorAll('datalist option').length === 5")
	values = page.evaluate("[...document.querySelectorAll('datalist option')].map(one => one.value)")
	assert values == ["A, A", "A, B", "A, C", "A, D", "A, E"]


def test_the_picture_follows_the_steps(form):
	page = form.page
	assert page.locator(".plan-timeline .sign").count() == page.evaluate("cur_frm.doc.steps.length")
	page.evaluate("""() => {
		const step = cur_frm.doc.steps[0];
		for (const [field, value] of Object.entries({
			tone: "Final", stop_delivery: 1, day_type: "Business Days", channel: "Letter"
		})) frappe.model.set_value(step.doctype, step.name, field, value);
	}""")
	page.locator(".plan-timeline .tone-final .stop").first.wait_for()
	first = page.locator(".plan-timeline g").first
	assert "business days" in first.locator("text").nth(1).text_content()
	assert "Letter, Final" in first.locator("title").text_content()
	assert "Stops deliveries" in page.locator(".timeline-legend").inner_text()


def test_report_of_an_ab_test(desk):
	variant = desk_variant(desk)
	desk.open_doc("Dunning Plan", PLAN)
	ready(desk)
	desk.page.evaluate(
		"name => cur_frm.set_value({split_plan: name, split_share: 50, split_from: frappe.datetime.get_today()})",
		variant,
	)
	save(desk)
	desk.button("Result of A/B Test").first.click()
	desk.page.wait_for_url("**/query-report/**")
	desk.page.locator(".report-wrapper, .layout-main-section", has_text="Too few customers").first.wait_for()
	desk.open_doc("Dunning Plan", PLAN)
	ready(desk)
	desk.page.evaluate("cur_frm.set_value('split_plan', null)")
	save(desk)


def desk_variant(desk) -> str:
	desk.open("dunning-plan")
	desk.idle()
	return desk.page.evaluate(
		"""async (name) => {
		const plan = await frappe.db.get_doc("Dunning Plan", name);
		const copy = frappe.model.copy_doc(plan);
		Object.assign(copy, {plan_name: "Standard, tried", priority: 200});
		return (await frappe.xcall("frappe.client.insert", {doc: copy})).name;
	}""",
		PLAN,
	)


def test_the_list_counts_customers(desk):
	desk.open("dunning-plan")
	counts = desk.ask("collections_app.api.plans.counts")
	row = desk.page.locator(".list-row", has=desk.page.locator(f"[data-name='{PLAN}']"))
	row.locator(".indicator-pill", has_text=f"{counts[PLAN]} customers today").first.wait_for()
