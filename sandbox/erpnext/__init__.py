"""A stand-in for ERPNext's receivables ledger, for machines without a bench.

Source: DocType, field and function names are ERPNext 15.71's; the code is written for the sandbox.
"""

import frappe

__version__ = "15.71.1-sandbox"


def get_default_company(user: str | None = None) -> str | None:
	"""Return the user's default company, else the one in Global Defaults."""
	return frappe.defaults.get_user_default(
		"company", user or frappe.session.user
	) or frappe.db.get_single_value("Global Defaults", "default_company")


def get_default_currency() -> str | None:
	"""Return the currency of the default company."""
	company = get_default_company()
	return get_company_currency(company) if company else None


def get_company_currency(company: str) -> str:
	"""Return the currency a company keeps its books in."""
	return frappe.get_cached_value("Company", company, "default_currency")


def get_default_cost_center(company: str | None) -> str | None:
	"""Return the cost center a company books on when nobody names one."""
	return frappe.get_cached_value("Company", company, "cost_center") if company else None


def get_party_account_type(party_type: str) -> str:
	"""Return "Receivable" or "Payable" for a party type, "" if it is unknown."""
	return frappe.get_cached_value("Party Type", party_type, "account_type") or ""


def encode_company_abbr(name: str, company: str | None = None, abbr: str | None = None) -> str:
	"""Append the company's abbreviation to a name, unless it ends with it."""
	abbr = abbr or frappe.get_cached_value("Company", company, "abbr")
	parts = name.rsplit(" - ", 1)
	if parts[-1].lower() != abbr.lower():
		parts.append(abbr)
	return " - ".join(parts)
