"""The desk as a person uses it, and the errors the page meets meanwhile."""

from urllib.parse import quote

# the sandbox has no socket server: pages fall back to asking
EXPECTED = ("socket.io", "play() failed")


class Desk:
	def __init__(self, page, url: str):
		self.page = page
		self.url = url
		self.errors: list[str] = []
		page.set_default_timeout(30_000)
		page.on("pageerror", lambda error: self.note(str(error)))
		page.on("response", self.check)

	def check(self, response) -> None:
		if response.status >= 400:
			self.note(f"{response.status} {response.url}")

	def note(self, error: str) -> None:
		if not any(word in error for word in EXPECTED):
			self.errors.append(error)

	def sign_in(self, user: str, password: str) -> None:
		answer = self.page.request.post(f"{self.url}/api/method/login", form={"usr": user, "pwd": password})
		assert answer.ok, answer.text()

	def open(self, *route: str) -> None:
		"""Go to a route of the desk, as in frappe.set_route."""
		self.page.goto(f"{self.url}/app/{'/'.join(quote(part) for part in route)}")
		self.page.wait_for_function("window.frappe && frappe.boot && (frappe.get_route() || []).length > 0")

	def open_doc(self, doctype: str, name: str) -> None:
		self.open(doctype.lower().replace(" ", "-"), name)
		self.page.wait_for_function(
			"name => window.cur_frm && cur_frm.doc && cur_frm.doc.name === name", arg=name
		)
		self.idle()

	def idle(self) -> None:
		"""Wait until the page has no request under way."""
		self.page.wait_for_function("!frappe.request.ajax_count")

	def ask(self, method: str, **args):
		"""What a server method returns."""
		return self.page.evaluate("([method, args]) => frappe.xcall(method, args)", [method, args])

	def names(self, doctype: str, **filters) -> list[str]:
		rows = self.ask("frappe.client.get_list", doctype=doctype, filters=filters, limit_page_length=50)
		return [row["name"] for row in rows]

	def value(self, doctype: str, name: str, field: str):
		found = self.ask("frappe.client.get_value", doctype=doctype, filters={"name": name}, fieldname=field)
		return found[field]

	def button(self, label: str):
		return self.page.locator(
			".page-container:visible button:visible, .page-container:visible a.btn:visible"
		).filter(has_text=label)

	def failures(self) -> list[str]:
		"""What the page met, and then what its open dialogs say of it."""
		if not self.errors:
			return []
		return [*self.errors, *self.page.locator(".modal.show .modal-body").all_inner_texts()]

	@property
	def dialog(self):
		return self.page.locator(".modal.show")

	def confirm(self) -> None:
		"""Press the dialog's own button and wait until it is gone."""
		self.dialog.locator(
			".modal-footer .btn-primary:visible, .modal-header .btn-primary:visible"
		).first.click()
		self.dialog.wait_for(state="hidden")
		self.idle()
