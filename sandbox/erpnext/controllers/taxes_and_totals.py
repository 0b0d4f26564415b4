"""Invoice totals. Every amount exists in invoice currency and, prefixed `base_`, in company currency."""

from frappe.utils import flt, round_based_on_smallest_currency_fraction

from erpnext.accounts.utils import money


def calculate_taxes_and_totals(doc):
	"""Set line amounts, taxes, totals, rounding and the outstanding amount of an unpaid invoice."""
	rate = flt(doc.conversion_rate) or 1.0
	_set_lines(doc, rate)
	_set_taxes(doc, rate)
	_set_grand_total(doc, rate)
	_set_outstanding(doc)


def _set_lines(doc, rate):
	for row in doc.items:
		row.rate = money(row.rate)
		row.amount = money(row.rate * flt(row.qty))
		row.base_rate, row.base_amount = money(row.rate * rate), money(row.amount * rate)
		row.net_rate, row.net_amount = row.rate, row.amount
		row.base_net_rate, row.base_net_amount = row.base_rate, row.base_amount
		row.stock_qty = flt(row.qty) * flt(row.conversion_factor or 1)
	doc.total_qty = sum(flt(row.qty) for row in doc.items)
	doc.total = doc.net_total = money(sum(row.amount for row in doc.items))
	doc.base_total = doc.base_net_total = money(sum(row.base_amount for row in doc.items))


def _set_taxes(doc, rate):
	running = doc.net_total
	for tax in doc.taxes:
		if tax.charge_type == "On Net Total":
			tax.tax_amount = money(doc.net_total * flt(tax.rate) / 100)
		tax.tax_amount = money(tax.tax_amount)
		running = money(running + tax.tax_amount)
		tax.total = running
		tax.base_tax_amount, tax.base_total = money(tax.tax_amount * rate), money(running * rate)
	doc.total_taxes_and_charges = money(running - doc.net_total)
	doc.base_total_taxes_and_charges = money(doc.total_taxes_and_charges * rate)
	doc.grand_total = running


def _set_grand_total(doc, rate):
	taxed = doc.total_taxes_and_charges
	doc.base_grand_total = money(doc.grand_total * rate) if taxed else doc.base_net_total
	if doc.disable_rounded_total:
		doc.rounded_total = doc.base_rounded_total = doc.rounding_adjustment = (
			doc.base_rounding_adjustment
		) = 0
		return
	doc.rounded_total = money(round_based_on_smallest_currency_fraction(doc.grand_total, doc.currency, 2))
	doc.rounding_adjustment = money(doc.rounded_total - doc.grand_total)
	doc.base_rounding_adjustment = money(doc.rounding_adjustment * rate)
	doc.base_rounded_total = money(doc.rounded_total * rate)


def _set_outstanding(doc):
	if doc.is_return and doc.return_against and not doc.update_outstanding_for_self:
		doc.outstanding_amount = 0
	elif doc.party_account_currency == doc.currency:
		doc.outstanding_amount = money(doc.rounded_total or doc.grand_total)
	else:
		doc.outstanding_amount = money(doc.base_rounded_total or doc.base_grand_total)
