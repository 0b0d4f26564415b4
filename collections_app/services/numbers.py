"""Numbers in sentences, written as the site has it (1,234.5 or 1.234,5). Amounts of money: frappe.utils.fmt_money."""

from frappe.utils import flt, fmt_money


def number(value, digits: int | None = None) -> str:
	"""With that many decimals; without, as many as it has, three at most."""
	if digits is None:
		digits = len(f"{flt(value):.3f}".rstrip("0").partition(".")[2])
	return fmt_money(flt(value), precision=digits)


def percent(share, digits: int = 0) -> str:
	"""A share from 0 to 1: 0.25 is 25 %."""
	return f"{number(100 * flt(share), digits)} %"
