"""A credit manager's morning in the browser: sign in, look at the workspace, work the list, run the cycle."""

import re

from .seed_facts import COLLECTOR, COLLECTOR_PASSWORD, COMPANY


def number(text: str) -> float:
	return float(re.sub(r"[^\d.]", "", text))


def test_sign_in(visitor):
	page = visitor.page
	page.goto(f"{visitor.url}/login")
	page.fill("#login_email", COLLECTOR)
	page.fill("#login_password", COLLECTOR_PASSWORD)
	page.click(".btn-login:visible")
	page.wait_for_function(
		"window.frappe && frappe.session && frappe.session.user !== 'Guest' && frappe.boot"
	)


def test_workspace(desk):
	desk.open("collections")
	page = desk.page
	page.wait_for_function("document.querySelectorAll('.number-widget-box .number').length === 6")
	cards = {
		card.locator(".widget-title").inner_text().strip(): card.locator(".number").inner_text().strip()
		for card in page.locator(".number-widget-box").all()
	}
	assert number(cards["Overdue"]) == 2001  # of 2,000.50: a card shows whole units
	assert number(cards["Days Sales Outstanding"]) == 40
	assert number(cards["Promises Due Today"]) == 1
	assert number(cards["Actions Waiting"]) == 1
	page.wait_for_function(
		"""[...document.querySelectorAll('.dashboard-widget-box')].filter(
			box => box.querySelector('svg.frappe-chart .bar, svg.frappe-chart path.line-graph-path')
		).length === 3"""
	)
	assert "Late & Sons" in page.locator(".quick-list-widget-box").first.inner_text()
	page.locator(".number-widget-box", has_text="Overdue at Risk").locator(".widget-body").click()
	page.wait_for_url("**/query-report/Collections**")
	desk.idle()


def test_worklist(desk):
	desk.open("query-report", "Collections Worklist")
	page = desk.page
	rows = page.locator(".dt-scrollable .dt-row")
	rows.first.wait_for()
	first = rows.first.inner_text()
	assert "Late & Sons" in first
	assert "45 days overdue, risk D" in first
	assert "At Risk" in first
	assert page.locator(".chart-wrapper svg .bar").count() > 0
	assert "2,000.50" in page.locator(".report-summary").inner_text()
	assert "2,000.50" in page.locator(".dt-row-totalRow, .dt-footer").first.inner_text()
	page.evaluate("frappe.query_report.set_filter_value('class', 'De-prioritised')")
	page.wait_for_function("frappe.query_report.data.filter(row => row.case).length === 1")
	assert "promised for today" in page.evaluate("frappe.query_report.data[0].why")


def test_ageing(desk):
	desk.open("query-report", "Receivables Ageing by Risk")
	page = desk.page
	page.locator(".dt-scrollable .dt-row").first.wait_for()
	text = page.locator(".dt-scrollable").inner_text()
	for words in ("Risk D (1)", "Late & Sons", "Total"):
		assert words in text
	assert page.locator(".chart-wrapper svg .bar").count() > 0
	page.locator("[data-open-invoices]").first.click()
	page.wait_for_url("**/sales-invoice**")
	page.locator(".list-row").first.wait_for()


def test_case(desk):
	desk.open("collections")
	case = desk.names("Collection Case", customer="Late & Sons")[0]
	desk.open_doc("Collection Case", case)
	page = desk.page
	page.locator(".form-message", has_text="45 days overdue, risk D").wait_for()
	assert page.locator(".case-ageing .ageing-part").count() == 2

	desk.button("Log Call").click()
	desk.dialog.locator("textarea").fill("They ask for a copy")
	desk.dialog.locator("[data-outcome='Reached']").click()
	desk.dialog.wait_for(state="hidden")
	desk.idle()
	page.locator(".form-message", has_text="contacted today").wait_for()

	desk.button("Promise to Pay").first.click()
	ticked = desk.dialog.locator(".grid-body .grid-row-check:checked")
	ticked.first.wait_for()
	assert ticked.count() == 1  # the overdue invoice; the other one is not due yet
	assert number(desk.dialog.locator("[data-fieldname=amount] input").input_value()) == 1200.5
	desk.dialog.locator(".grid-body .grid-row-check").nth(1).click()
	page.wait_for_function("window.cur_dialog && flt(cur_dialog.get_value('amount')) === 1500.5")
	desk.dialog.locator(".grid-body .grid-row-check").nth(1).click()
	page.wait_for_function("window.cur_dialog && flt(cur_dialog.get_value('amount')) === 1200.5")
	desk.confirm()
	promise = desk.names("Promise to Pay", customer="Late & Sons")
	assert [desk.value("Promise to Pay", name, "amount") for name in promise] == [1200.5]


def test_customer_tab(desk):
	desk.open_doc("Customer", "Promising Ltd")
	page = desk.page
	page.locator(".form-tabs .nav-link", has_text="Collections").click()
	panel = page.locator(".collections-panel")
	panel.wait_for()
	text = panel.inner_text()
	for words in ("800.00", "promised for today", "Promises and Disputes"):
		assert words in text
	panel.locator("[data-act=dispute]").click()
	desk.dialog.locator("[data-fieldname=sales_invoice] input").click()
	desk.dialog.locator(".awesomplete li:visible").first.click()
	page.wait_for_function("window.cur_dialog && flt(cur_dialog.get_value('disputed_amount')) === 800")
	page.evaluate("frappe.db.get_list('Dispute Reason').then(r => cur_dialog.set_value('reason', r[0].name))")
	page.wait_for_function("window.cur_dialog && cur_dialog.get_value('reason')")
	desk.confirm()
	assert len(desk.names("Invoice Dispute", customer="Promising Ltd", status="Open")) == 1
	page.locator(".collections-panel", has_text="800.00").locator("a", has_text="€ 800.00").first.wait_for()


def test_outbox(desk):
	desk.open("collection-action")
	page = desk.page
	row = page.locator(".list-row", has_text="Late & Sons").first
	row.wait_for()
	assert "Awaiting Approval" in row.inner_text()
	action = desk.names("Collection Action", status="Awaiting Approval")[0]
	desk.open_doc("Collection Action", action)
	page.locator(".form-message", has_text="only after somebody approved").wait_for()
	desk.button("Preview").click()
	desk.dialog.locator("iframe.letter-frame").wait_for()
	letter = desk.dialog.frame_locator("iframe.letter-frame").locator("body")
	letter.get_by_text("1,200.50").first.wait_for()
	desk.dialog.locator(".btn-modal-close").click()
	desk.dialog.wait_for(state="hidden")
	desk.button("Cancel").first.click()
	desk.dialog.locator("textarea").fill("Spoke with them")
	desk.confirm()
	page.wait_for_function("cur_frm.doc.status === 'Cancelled'")
	page.locator(".form-message", has_text="Spoke with them").wait_for()


def test_run_the_cycle(desk):
	desk.open("collection-run")
	page = desk.page
	desk.button("Run Cycle").first.click()
	desk.dialog.wait_for()
	page.wait_for_function("window.cur_dialog && cur_dialog.get_value('company')")
	assert page.evaluate("cur_dialog.get_value('company')") == COMPANY
	desk.dialog.locator(".btn-primary:visible").click()
	page.wait_for_url("**/collection-run/COL-RUN-*")
	page.wait_for_function(
		"window.cur_frm && ['Completed', 'Completed with Issues', 'Failed'].includes(cur_frm.doc.status)",
		timeout=120_000,
	)
	assert page.evaluate("cur_frm.doc.status") != "Failed"
	steps = page.locator(".run-steps .run-step")
	steps.first.wait_for()
	texts = steps.all_inner_texts()
	assert len(texts) == 10
	messages = page.locator(".run-messages").all_inner_texts()
	assert not [text for text in texts if "Failed" in text or "Waiting" in text], messages
	planned = desk.names("Collection Action", customer="Slow Brothers")
	assert len(planned) == 1

	desk.open("collection-action")
	page.locator(".list-row", has_text="Slow Brothers").first.wait_for()


def test_every_form_and_list_opens(desk):
	desk.open("collections")
	doctypes = desk.ask(
		"frappe.client.get_list",
		doctype="DocType",
		filters={"module": "Collections", "istable": 0, "issingle": 0},
		fields=["name", "in_create"],
		limit_page_length=0,
	)
	assert len(doctypes) > 10
	for row in doctypes:
		route = row["name"].lower().replace(" ", "-")
		desk.open(route)
		desk.page.wait_for_function(
			"doctype => window.cur_list && cur_list.doctype === doctype", arg=row["name"]
		)
		desk.idle()
		names = desk.names(row["name"])
		if names:
			desk.open_doc(row["name"], names[0])
		elif not row["in_create"]:
			desk.open(route, "new")
			desk.page.wait_for_function(
				"doctype => window.cur_frm && cur_frm.doctype === doctype", arg=row["name"]
			)
			desk.idle()
		assert not desk.errors, (row["name"], desk.errors)
	desk.open("collections-settings")
	desk.page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Collections Settings'")
	desk.button("Run Cycle").first.wait_for()


def test_a_collector_sees_the_workspace(visitor):
	visitor.sign_in(COLLECTOR, COLLECTOR_PASSWORD)
	visitor.open("collections")
	visitor.page.wait_for_function("document.querySelectorAll('.number-widget-box .number').length === 6")
	visitor.page.wait_for_function(
		"document.querySelectorAll('.dashboard-widget-box svg.frappe-chart').length === 3"
	)
	visitor.idle()
