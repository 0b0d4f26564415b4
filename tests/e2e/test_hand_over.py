"""A case that needs more than letters, in the browser: the file for an agency, and deliveries stopped and resumed."""


def choose(desk, label: str) -> None:
	"""An entry of the case's menu."""
	desk.page.locator(".inner-group-button:visible button", has_text="Case").first.click()
	desk.page.locator(".inner-group-button .dropdown-item:visible", has_text=label).click()


def give_reason(desk, text: str) -> None:
	desk.dialog.wait_for()
	desk.page.wait_for_function("window.cur_dialog && cur_dialog.display")
	desk.dialog.locator("[data-fieldname=reason] textarea").fill(text)
	desk.confirm()


def test_prepare_the_file(desk, case):
	"""The file is made, offered as a download and attached to the case."""
	choose(desk, "Prepare Hand-over File")
	link = desk.page.locator(".msgprint a", has_text=".zip")
	link.wait_for(timeout=60_000)
	answer = desk.page.request.get(f"{desk.url}{link.get_attribute('href')}")
	assert answer.ok and answer.body().startswith(b"PK")
	assert desk.names("File", attached_to_name=case)


def test_stop_and_resume_deliveries(desk, case):
	"""Stopped with a reason, which the case and the customer show; resumed, both show nothing."""
	page = desk.page
	choose(desk, "Stop Deliveries")
	give_reason(desk, "Third broken promise")
	page.locator(".form-message", has_text="Third broken promise").wait_for()
	assert desk.value("Collection Case", case, "delivery_stopped") == 1
	desk.open_doc("Customer", "Late & Sons")
	page.locator(".form-message", has_text="Deliveries Stopped").wait_for()
	desk.open_doc("Collection Case", case)
	choose(desk, "Resume Deliveries")
	give_reason(desk, "Guarantee received")
	page.locator(".form-message", has_text="Deliveries Stopped").wait_for(state="hidden")
	assert desk.value("Collection Case", case, "delivery_stopped") == 0
