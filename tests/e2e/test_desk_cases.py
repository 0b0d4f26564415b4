"""A collector's day on a case in the browser: log a call, agree on instalments, escalate, hand cases to a colleague."""

from .seed_facts import COLLECTOR


def number(text: str) -> float:
	return float("".join(one for one in text if one.isdigit() or one == "."))


def set_link(desk, fieldname: str, value: str) -> None:
	desk.dialog.wait_for()
	desk.page.wait_for_function("window.cur_dialog && cur_dialog.display")
	desk.page.evaluate("([field, value]) => cur_dialog.set_value(field, value)", [fieldname, value])
	desk.page.wait_for_function(
		"([field, value]) => cur_dialog.get_value(field) === value", arg=[fieldname, value]
	)


def test_log_a_call_in_three_clicks(desk, case):
	page = desk.page
	before = desk.names("Communication", reference_name=case, communication_medium="Phone")
	desk.button("Log Call").click()
	desk.dialog.locator("[data-outcome='Call Back']").click()
	desk.dialog.locator("[data-day]").first.click()
	desk.dialog.wait_for(state="hidden")
	desk.idle()
	after = desk.names("Communication", reference_name=case, communication_medium="Phone")
	assert len(after) == len(before) + 1
	tasks = desk.names("ToDo", reference_name=case, status="Open")
	assert [desk.value("ToDo", name, "description") for name in tasks] == ["Call back"]
	page.locator(".form-message", has_text="contacted today").wait_for()
	# Frappe's own timeline shows the call
	page.locator(".timeline-item", has_text="Call: Call Back").first.wait_for()


def test_promise_in_instalments(desk, case):
	page = desk.page
	desk.button("Log Call").click()
	desk.dialog.locator("[data-fieldname=spoke_to] input").fill("Ms Payne")
	desk.dialog.locator("[data-outcome='Will Pay']").click()
	page.locator(".modal.show .modal-title", has_text="Promise to Pay").wait_for()
	page.wait_for_function("window.cur_dialog && cur_dialog.get_value('promised_by') === 'Ms Payne'")
	page.wait_for_function("window.cur_dialog && flt(cur_dialog.get_value('amount')) === 1200.5")
	desk.dialog.locator("[data-fieldname=days] [data-value]").nth(2).click()
	desk.dialog.locator("[data-fieldname=split] [data-value='3']").click()
	page.wait_for_function("cur_dialog.fields_dict.instalments.grid.grid_rows.length === 3")
	amounts = page.evaluate("cur_dialog.fields_dict.instalments.grid.df.data.map(row => row.amount)")
	assert amounts == [400.17, 400.17, 400.16]
	desk.confirm()
	name = desk.ask(
		"frappe.client.get_list",
		doctype="Promise to Pay",
		filters={"customer": "Late & Sons", "promised_by": "Ms Payne"},
	)[0]["name"]
	promise = desk.ask("frappe.client.get", doctype="Promise to Pay", name=name)
	assert [row["amount"] for row in promise["instalments"]] == amounts
	assert promise["due_on"] == promise["instalments"][2]["due_on"]
	page.locator(".case-event[data-kind=promise]", has_text="in 3 instalments").first.wait_for()

	desk.open_doc("Promise to Pay", name)
	page.locator(".form-message", has_text="Not chased until").wait_for()
	desk.button("Cancel Promise").click()
	desk.dialog.locator("textarea").fill("Entered twice")
	desk.confirm()
	page.locator(".form-message", has_text="Entered twice").wait_for()


def test_timeline_by_kind(desk, case):
	page = desk.page
	bar = page.locator(".case-timeline-filter")
	bar.wait_for()
	bar.locator("[data-kind=payment]").click()
	page.locator(".case-timeline", has_text="Nothing yet").wait_for()
	bar.locator("[data-kind=message]").click()
	page.locator(".case-timeline .case-event[data-kind=message]", has_text="Final notice").wait_for()
	assert page.locator(".case-timeline .case-event:not([data-kind=message])").count() == 0
	bar.locator("[data-kind='']").click()
	page.locator(".timeline-items:not(.case-timeline) .case-event").first.wait_for()


def test_escalate(desk, case):
	page = desk.page
	page.locator(".page-actions .inner-group-button", has_text="Case").locator("button").first.click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text="Escalate").click()
	set_link(desk, "to", "Administrator")
	desk.dialog.locator("[data-fieldname=reason] textarea").fill("Stop deliveries?")
	desk.confirm()
	page.locator(".case-headline", has_text="Stop deliveries?").wait_for()
	assert desk.value("Collection Case", case, "escalated_to") == "Administrator"

	page.locator(".page-actions .inner-group-button", has_text="Case").locator("button").first.click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text="End Escalation").click()
	desk.confirm()
	page.wait_for_function("cur_frm.doc.escalated === 0")


def test_reassign_in_bulk(desk):
	page = desk.page
	desk.open("collection-case")
	page.locator(".list-row-checkbox").first.wait_for()
	page.wait_for_function("window.cur_list && cur_list.data.length >= 2")
	desk.idle()
	for index in range(2):
		page.locator(".list-row .list-row-checkbox").nth(index).check()
	wanted = page.evaluate("cur_list.get_checked_items(true)")
	page.locator(".actions-btn-group button:visible").first.click()
	page.locator(".actions-btn-group .dropdown-item:visible", has_text="Reassign").first.click()
	set_link(desk, "collector", COLLECTOR)
	desk.confirm()
	page.locator(".alert-message", has_text="2 cases reassigned").wait_for()
	assert {desk.value("Collection Case", name, "collector") for name in wanted} == {COLLECTOR}


def test_disputes_by_reason(desk):
	page = desk.page
	desk.open("collections")
	invoice = desk.names("Sales Invoice", customer="Slow Brothers")[0]
	desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Invoice Dispute",
			"sales_invoice": invoice,
			"reason": "Goods Not Received",
			"responsible": "Administrator",
		},
	)
	desk.open("query-report", "Disputes by Reason")
	page.locator(".dt-scrollable .dt-row", has_text="Goods Not Received").first.wait_for()
	assert "450.00" in page.locator(".report-summary").inner_text()
	page.locator(".chart-wrapper svg .bar").first.wait_for()
	dispute = desk.names("Invoice Dispute", sales_invoice=invoice)[0]
	desk.open_doc("Invoice Dispute", dispute)
	page.locator(".inner-group-button", has_text="Close").locator("button").first.click()
	page.locator(".inner-group-button .dropdown-item:visible", has_text="Rejected").click()
	desk.dialog.locator("[data-fieldname=resolution] textarea").fill("Proof of delivery sent")
	desk.confirm()
	page.wait_for_function("cur_frm.doc.status === 'Rejected' && !cur_frm.is_dirty()")
