import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, formatdate, get_datetime_str


class CurrencyExchange(Document):
	def autoname(self):
		purpose = ""
		if cint(self.for_buying) != cint(self.for_selling):
			purpose = "Buying" if cint(self.for_buying) else "Selling"
		day = formatdate(get_datetime_str(self.date), "yyyy-MM-dd")
		self.name = "-".join(filter(None, (day, self.from_currency, self.to_currency, purpose)))

	def validate(self):
		if self.from_currency == self.to_currency:
			frappe.throw(_("From Currency and To Currency cannot be same"))
		if not self.exchange_rate or self.exchange_rate <= 0:
			frappe.throw(_("Exchange Rate must be greater than 0"))
