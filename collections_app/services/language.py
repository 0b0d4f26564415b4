"""The site's language: of what is written down for everybody, such as next actions, reasons and tasks."""

import frappe


def site_language() -> str:
	return frappe.get_system_settings("language") or "en"


def before_job(method: str, kwargs: dict | None = None) -> None:
	"""Frappe runs jobs in English. Ours write sentences that users read: they speak the site's language.

	Hook `before_job`. `method`: what runs; the scheduler names its task in `kwargs`.
	"""
	if str((kwargs or {}).get("job_type") or method).startswith("collections_app."):
		frappe.local.lang = site_language()
