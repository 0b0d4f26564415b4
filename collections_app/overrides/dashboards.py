"""Connections shown on ERPNext's own forms."""

from frappe import _


def customer(data: dict) -> dict:
	"""Collections group on the Customer form."""
	return _with_group(
		data,
		[
			"Collection Case",
			"Collection Action",
			"Promise to Pay",
			"Invoice Dispute",
			"Credit Cover",
			"Credit Report",
			"Online Payment",
			"Payment Link",
		],
	)


def sales_invoice(data: dict) -> dict:
	"""Collections group on the Sales Invoice form."""
	data.setdefault("non_standard_fieldnames", {})["Invoice Dispute"] = "sales_invoice"
	return _with_group(data, ["Invoice Dispute"])


def _with_group(data: dict, items: list[str]) -> dict:
	data.setdefault("transactions", []).append({"label": _("Collections"), "items": items})
	return data
