import datetime

import frappe
from frappe import _
from frappe.utils import add_days, flt, getdate, nowdate


@frappe.whitelist()
def get_exchange_rate(
	from_currency: str,
	to_currency: str,
	transaction_date: str | datetime.date | None = None,
	args: str | None = None,
) -> float:
	"""Return how much of `to_currency` one unit of `from_currency` buys on a date.

	Takes the latest Currency Exchange on or before the date ("for_selling" or "for_buying" in `args` narrows
	it). Returns 0.0 and says so where there is none: the sandbox asks no rate service.
	"""
	if not (from_currency and to_currency):
		return 0.0
	if from_currency == to_currency:
		return 1.0
	day = getdate(transaction_date or nowdate())
	settings = frappe.get_cached_doc("Accounts Settings")
	filters = [["date", "<=", day], ["from_currency", "=", from_currency], ["to_currency", "=", to_currency]]
	if args in ("for_buying", "for_selling"):
		filters.append([args, "=", 1])
	if not settings.allow_stale:
		filters.append(["date", ">", add_days(day, -(settings.stale_days or 0))])
	rates = frappe.get_all(
		"Currency Exchange", filters=filters, pluck="exchange_rate", order_by="date desc", limit=1
	)
	if rates:
		return flt(rates[0])
	frappe.msgprint(
		_(
			"Unable to find exchange rate for {0} to {1} for key date {2}. Please create a Currency Exchange record manually"
		).format(from_currency, to_currency, day)
	)
	return 0.0
