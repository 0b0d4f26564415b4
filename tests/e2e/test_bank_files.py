"""A bank's CSV export: attached, guessed, looked at, saved; then uploaded with other files, and its lines are there."""

import os

from tests.e2e.seed_facts import COMPANY

IBAN = "DE89370400440532013000"
FORMAT, FILES = "City Bank Export", "City Bank Files"
EXPORT = f"""Account statement;{IBAN}

Buchungstag;Wertstellung;Auftraggeber;IBAN;Verwendungszweck;Zusatz;Betrag;Währung;Saldo
18.11.2026;19.11.2026;Müller & Söhne;DE02120300000000202051;Rechnung RE-4711;Teil 2;1.190,00;EUR;2.190,00
19.11.2026;19.11.2026;City Bank;;Kontoführung;;-12,50;EUR;2.177,50
20.11.2026;20.11.2026;Nordlicht <b>KG</b>;NL91ABNA0417164300;Auftrag 99;;75,25;EUR;2.252,75
""".encode("cp1252")
BROKEN = EXPORT.replace(b"75,25", b"75.2x")
MT940 = f""":20:E2E
:25:{IBAN}
:28C:1/1
:60F:C261120EUR2252,75
:61:2611211121C40,00NTRFNONREF//E2E0001
:86:Invoice E2E-77
:62F:C261121EUR2292,75
-
""".encode()


def attach(desk, fieldname: str, name: str, content: bytes) -> None:
	"""Choose a file in the form's Attach field and upload it."""
	page = desk.page
	page.locator(f"[data-fieldname={fieldname}] .btn-attach:visible").click()
	choose(desk, [(name, content)])


def choose(desk, files: list[tuple[str, bytes]]) -> None:
	desk.dialog.locator("input[type=file]").first.set_input_files(
		[{"name": name, "mimeType": "text/csv", "buffer": content} for name, content in files]
	)
	desk.dialog.locator(".btn-modal-primary:visible").click()


def shot(desk, name: str) -> None:
	"""For whoever wants to look: E2E_SHOTS names a folder."""
	if folder := os.environ.get("E2E_SHOTS"):
		if desk.page.locator(".bank-csv-preview:visible").count():
			desk.page.locator(".bank-csv-preview:visible").screenshot(path=f"{folder}/{name}-preview.png")
		desk.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_a_sample_to_the_lines(desk):
	page = desk.page
	desk.open("bank-csv-format", "new")
	page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Bank CSV Format' && cur_frm.is_new()")
	page.evaluate("values => cur_frm.set_value(values)", {"format_name": FORMAT, "company": COMPANY})
	attach(desk, "sample_file", "sample.csv", BROKEN)
	page.locator(".bank-csv-preview tbody tr").nth(4).wait_for()
	desk.idle()
	columns = page.evaluate("cur_frm.doc.columns.map((row) => [row.heading, row.meaning])")
	assert ["Betrag", "Amount"] in columns and ["Zusatz", ""] in columns
	text = page.locator(".bank-csv-preview").inner_text()
	assert "2 lines" in text and "1 cannot be read" in text and IBAN in text
	assert "'75.2x' is no amount" in page.locator(".bank-csv-error").inner_text()
	assert page.evaluate("frappe.datetime.str_to_user('2026-11-18')") in text and "Rechnung RE-4711" in text
	shot(desk, "csv-format-broken")

	# a second column for the text, and the preview follows
	page.evaluate(
		"frappe.model.set_value('Bank CSV Column', cur_frm.doc.columns[5].name, 'meaning', 'Remittance Text')"
	)
	page.get_by_text("Rechnung RE-4711 Teil 2").wait_for()
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_new() && !cur_frm.is_dirty()")
	desk.idle()
	shot(desk, "csv-format-saved")

	desk.ask(
		"frappe.client.insert",
		doc={
			"doctype": "Connector Config",
			"connector_name": FILES,
			"connector": "file_drop",
			"company": COMPANY,
		},
	)
	desk.open_doc("Connector Config", FILES)
	desk.button("Upload Statements").click()
	choose(desk, [("good.csv", EXPORT), ("broken.csv", BROKEN), ("statement.sta", MT940)])
	page.locator(".msgprint").get_by_text("new").first.wait_for()
	desk.idle()
	said = page.locator(".msgprint").inner_text()
	assert "4 lines: 4 new; 1 file was not taken" in said, said
	assert "broken.csv" in said and "Row 6: The amount '75.2x' is no amount" in said
	shot(desk, "csv-upload")
	page.keyboard.press("Escape")
	found = desk.ask(
		"frappe.client.get_list",
		doctype="Bank Transaction",
		filters={
			"description": ["in", ["Rechnung RE-4711 Teil 2", "Kontoführung", "Auftrag 99", "Invoice E2E-77"]]
		},
		fields=["deposit", "withdrawal", "bank_party_name"],
		order_by="deposit desc",
	)
	assert [(one["deposit"], one["withdrawal"]) for one in found] == [
		(1190, 0),
		(75.25, 0),
		(40, 0),
		(0, 12.5),
	]
	assert "Nordlicht" in found[1]["bank_party_name"] and found[1]["bank_party_name"].count("KG") == 1


def test_an_unknown_export(desk):
	"""What is not known yet is told once, and leads to a new format with that file as its sample."""
	page = desk.page
	desk.open_doc("Connector Config", FILES)
	desk.button("Upload Statements").click()
	choose(desk, [("other.csv", b'Date,Details,Amount\n11/18/2026,ACME INV 7,"1,500.00"\n')])
	page.locator(".msgprint").get_by_text("No saved Bank CSV Format fits").wait_for()
	shot(desk, "csv-unknown")
	desk.dialog.get_by_role("button", name="New Bank CSV Format").click()
	page.wait_for_function("window.cur_frm && cur_frm.doctype === 'Bank CSV Format' && cur_frm.is_new()")
	assert "other" in page.evaluate("cur_frm.doc.sample_file")
	page.locator(".bank-csv-preview").get_by_text("ACME INV 7").first.wait_for()
	shot(desk, "csv-new-from-upload")
