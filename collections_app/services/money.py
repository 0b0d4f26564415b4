"""Several companies in one currency: ERPNext's exchange rate of the day, asked for once in a while."""

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from collections_app.services.access import company_for
from collections_app.services.settings import company_currency

# ERPNext may ask a service for a rate it does not have: not with each panel of a page
KEPT_SECONDS = 600


def shown_in(companies: list[str]) -> str | None:
	"""The currency figures of these companies are shown in: that of the user's own company if it is one of them, else of
	the first."""
	if not companies:
		return None
	own = company_for()
	return company_currency(own if own in companies else companies[0])


def factors_into_one(companies: list[str]) -> tuple[str | None, dict[str, float], list[str]]:
	"""The currency figures of these companies are shown in; company -> factor into it, of those that have a rate; and what is
	said of the others, which are left out."""
	currency = shown_in(companies)
	rates = {name: rate(company_currency(name), currency) for name in companies}
	left_out = [missing(name, currency) for name, factor in rates.items() if not factor]
	return currency, {name: factor for name, factor in rates.items() if factor}, left_out


def told_of_rates(rates: dict[str, float], currency: str | None) -> list[str]:
	"""That figures were converted, where they were."""
	if all(factor == 1 for factor in rates.values()):
		return []
	return [_("In {0}, at today's exchange rates of ERPNext.").format(currency)]


def rate(source: str, target: str) -> float:
	"""How much of `target` one unit of `source` is worth today; 0 where ERPNext knows no rate."""
	if source == target:
		return 1.0
	key = f"collections_rate|{source}|{target}|{getdate()}"
	known = frappe.cache.get_value(key, expires=True)
	if known is None:
		known = _ask(source, target)
		frappe.cache.set_value(key, known, expires_in_sec=KEPT_SECONDS)
	return flt(known)


def _ask(source: str, target: str) -> float:
	from erpnext.setup.utils import get_exchange_rate

	told = list(frappe.local.message_log)
	found = flt(get_exchange_rate(source, target, getdate()))
	# that there is none is said in words of the page's own
	frappe.local.message_log = told
	return found


def forget_rates() -> None:
	frappe.cache.delete_keys("collections_rate")


def missing(company: str, target: str) -> str:
	return _("{0} is left out: there is no exchange rate from {1} to {2} for {3}.").format(
		company, company_currency(company), target, formatdate(getdate())
	)
