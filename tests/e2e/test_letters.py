"""The form of a Collection Letter: two languages side by side, variables, preview as it is typed, checks at save."""

import pytest

LETTER = "Firm Reminder"


@pytest.fixture
def editor(desk):
	desk.open_doc("Collection Letter", LETTER)
	desk.page.locator(".letter-editor .letter-code textarea").wait_for()
	preview(desk).wait_for()
	desk.idle()
	return desk


def preview(desk, medium: str = "Email"):
	return desk.page.locator(f".letter-preview-page[data-shown={medium}]")


def frame_text(desk) -> str:
	desk.page.wait_for_function(
		"document.querySelector('.letter-preview-page iframe')?.contentDocument?.body"
	)
	return desk.page.frame_locator(".letter-preview-page iframe").locator("body").inner_text()


def show(desk, medium: str) -> None:
	desk.page.locator(f"[data-medium={medium}]").click()
	preview(desk, medium).wait_for()
	desk.idle()


def write(desk, field: str, text: str) -> None:
	"""Type a text in place of what is there, and wait for the preview that shows it."""
	with desk.page.expect_response("**/collections_app.api.letters.preview_texts"):
		desk.page.locator(f".letter-edited-texts [data-field={field}]").fill(text)
	desk.idle()


def row(desk, language: str) -> dict:
	return desk.page.evaluate("one => cur_frm.doc.translations.find((row) => row.language === one)", language)


def test_side_by_side(editor):
	page = editor.page
	assert page.locator("[data-choose=reference]").input_value() == "en"
	assert "Dear" in page.locator(".letter-reference-text[data-field=body]").inner_text()
	languages = page.locator("tr[data-language]")
	assert languages.count() == 7
	assert page.locator("tr[data-language=de] .letter-mark.done").count() == 3
	page.locator("[data-edit=fr]").click()
	editor.idle()
	assert "Veuillez" in page.locator(".letter-edited-texts [data-field=sms_text]").input_value()
	subject = page.locator(".letter-edited-texts [data-field=subject]")
	subject.fill("Relance {{ total_overdue }}")
	assert row(editor, "fr")["subject"] == "Relance {{ total_overdue }}"
	assert row(editor, "en")["subject"] != "Relance {{ total_overdue }}"
	assert page.evaluate("cur_frm.is_dirty()")


def test_preview_as_it_is_typed(editor):
	page = editor.page
	page.locator("[data-edit=de]").click()
	editor.idle()
	write(editor, "body", "<p>Guten Tag {{ contact_name }}</p>{{ items_table }}")
	assert "Guten Tag Claire Keller" in frame_text(editor)
	assert "samples" in page.locator(".letter-preview-note").inner_text()
	page.evaluate("cur_frm.letter_editor.preview.customer.set_value('Late & Sons')")
	page.evaluate("cur_frm.letter_editor.preview.company.set_value('Collections Test')")
	page.wait_for_function("!document.querySelector('.letter-preview-note').innerText")
	editor.idle()
	assert "1.200,50" in frame_text(editor)

	show(editor, "Letter")
	assert "Rechnung" in frame_text(editor)
	assert page.locator("[data-pdf]").is_visible()
	answer = page.evaluate(
		"""async () => {
			const form = new FormData();
			for (const [key, value] of Object.entries(cur_frm.letter_editor.preview.arguments()))
				if (value && key !== 'sms_text') form.append(key, value);
			const answer = await fetch('/api/method/collections_app.api.letters.preview_pdf', {
				method: 'POST', headers: {'X-Frappe-CSRF-Token': frappe.csrf_token}, body: form});
			return (await answer.text()).slice(0, 5);
		}"""
	)
	assert answer == "%PDF-"

	write(editor, "sms_text", "{{ total_overdue }} offen")
	show(editor, "SMS")
	assert page.locator(".letter-sms").inner_text() == "1.200,50 € offen"
	size = page.locator(".letter-sms-size").inner_text()
	# the euro takes two of the 160
	assert "17 characters" in size and "143 left" in size and "GSM-7" in size
	write(editor, "sms_text", "Оплатите")
	assert "UCS-2" in page.locator(".letter-sms-size").inner_text()


def test_problems_name_the_line(editor):
	page = editor.page
	page.locator("[data-edit=it]").click()
	editor.idle()
	write(editor, "body", "<p>{{ total }}</p>\n<p>{{ company.nam }}</p>")
	problem = page.locator(".letter-problems li")
	assert problem.count() == 1
	assert "Body in it, line 2" in problem.inner_text()
	assert "Did you mean name?" in problem.inner_text()
	problem.locator("button").click()
	assert page.evaluate("document.getSelection().toString()") == "<p>{{ company.nam }}</p>"
	# the server refuses it as well, and says so in a dialog
	editor.errors.clear()
	page.evaluate("cur_frm.save().catch(() => {})")
	message = editor.dialog.locator(".msgprint")
	message.wait_for()
	assert "Body in it, line 2" in message.inner_text()
	editor.errors[:] = [one for one in editor.errors if "417" not in one]


def test_insert_a_variable(editor):
	page = editor.page
	page.locator(".letter-variables summary").click()
	page.locator("[data-edit=nl]").click()
	editor.idle()
	page.locator(".letter-edited-texts [data-field=sms_text]").fill("")
	page.locator(".letter-edited-texts [data-field=sms_text]").focus()
	page.locator("[data-insert='{{ promise.amount }}']").click()
	assert row(editor, "nl")["sms_text"] == "{{ promise.amount }}"
	assert page.locator("[data-variable]").count() == len(
		editor.ask("collections_app.api.letters.editor_help")["variables"]
	)


def test_add_and_remove_a_language(editor):
	page = editor.page
	page.evaluate("cur_frm.letter_editor.add_language('da')")
	editor.idle()
	line = page.locator("tr[data-language=da]")
	assert line.locator(".letter-mark.missing").count() == 3
	write(editor, "subject", "Rykker")
	write(editor, "body", "<p>{{ total }}</p>")
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_dirty()")
	editor.idle()
	texts = editor.ask("frappe.client.get", doctype="Collection Letter", name=LETTER)["translations"]
	assert [one["subject"] for one in texts if one["language"] == "da"] == ["Rykker"]
	page.locator(".modal.show .btn-modal-close:visible").first.click()
	page.locator("[data-remove=da]").click()
	editor.confirm()
	page.evaluate("cur_frm.save()")
	page.wait_for_function("!cur_frm.is_dirty()")
	editor.idle()
	texts = editor.ask("frappe.client.get", doctype="Collection Letter", name=LETTER)["translations"]
	assert "da" not in [one["language"] for one in texts]
