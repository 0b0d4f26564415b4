"""The sentences of risk scores: why a score is what it is, and what would change it."""

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money

from collections_app.engine.factors import FACTORS
from collections_app.engine.hard_rules import HARD_RULES
from collections_app.engine.provider_scales import scale_for
from collections_app.services.numbers import number, percent


def _money(params: dict, key: str) -> str:
	return fmt_money(params.get(key) or 0, currency=params.get("currency"))


def _factor_label(key: str) -> str:
	return _(FACTORS[key].label) if key in FACTORS else _(frappe.unscrub(key))


def _days_late(p: dict) -> str:
	days = round(flt(p["days"]))
	if days == 1:
		return _("Pays one day late on average")
	if days == -1:
		return _("Pays one day early on average")
	if days > 0:
		return _("Pays {0} days late on average").format(days)
	if days < 0:
		return _("Pays {0} days early on average").format(-days)
	return _("Pays on time on average")


def _trend(p: dict) -> str:
	days = round(flt(p["days"]))
	if days == 1:
		return _("Pays one day later than half a year ago")
	if days == -1:
		return _("Pays one day sooner than half a year ago")
	if days > 0:
		return _("Pays {0} days later than half a year ago").format(days)
	if days < 0:
		return _("Pays {0} days sooner than half a year ago").format(-days)
	return _("Pays as it did half a year ago")


def _recent(p: dict) -> str:
	days = round(flt(p["days"]))
	if days == 1:
		return _("Paid one day late on average in the last half year")
	if days == -1:
		return _("Paid one day early on average in the last half year")
	if days > 0:
		return _("Paid {0} days late on average in the last half year").format(days)
	if days < 0:
		return _("Paid {0} days early on average in the last half year").format(-days)
	return _("Paid on time in the last half year")


def _volume(p: dict) -> str:
	count = cint(p["count"])
	return (
		_("One invoice in the last year") if count == 1 else _("{0} invoices in the last year").format(count)
	)


def _outstanding(p: dict) -> str:
	months = flt(p["months"], 1)
	return (
		_("Owes {0} months of what it buys").format(number(months, 1))
		if months
		else _("Owes next to nothing")
	)


def _late_ratio(p: dict) -> str:
	share = percent(p["share"])
	return (
		_("{0} of its invoices paid late").format(share) if share != percent(0) else _("No invoice paid late")
	)


def _part_payments(p: dict) -> str:
	share = percent(p["share"])
	if share == percent(0):
		return _("No invoice paid in parts")
	return _("{0} of its invoices paid in parts").format(share)


def _segment_mean(p: dict) -> str:
	factor, whose = _factor_label(p["factor"]), p["segment"] or _("all groups")
	if not cint(p["paid_count"]):
		text = _("{0}: taken from customers of {1}, none of its own invoices is paid")
	elif cint(p["paid_count"]) == 1:
		text = _("{0}: taken from customers of {1}, only one of its own invoices is paid")
	else:
		text = _("{0}: taken from customers of {1}, only {2} of its own invoices are paid")
	return text.format(factor, whose, p["paid_count"])


def _limit_use(p: dict) -> str:
	share = flt(p["share"])
	if share > 1:
		return _("Over the credit limit by {0}").format(percent(share - 1))
	return _("Uses {0} of the credit limit").format(percent(share))


def _oldest(p: dict) -> str:
	days = cint(p["days"])
	return _("Oldest item {0} days overdue").format(days) if days > 0 else _("Nothing overdue")


def _broken(p: dict) -> str:
	count = cint(p["count"])
	if count == 1:
		return _("One broken promise")
	if count:
		return _("{0} broken promises").format(count)
	return _("No broken promise in a year") if flt(p.get("weight")) else _("No broken promise")


def _returned(p: dict) -> str:
	count = cint(p["count"])
	if count == 1:
		return _("One returned debit")
	if count:
		return _("{0} returned debits").format(count)
	return _("No returned debit in a year") if flt(p.get("weight")) else _("No returned debit")


def _disputes_lost(p: dict) -> str:
	count = cint(p["count"])
	if count == 1:
		return _("One dispute without cause")
	if count:
		return _("{0} disputes without cause").format(count)
	return _("No dispute without cause in a year") if flt(p.get("weight")) else _("No dispute without cause")


def _open_orders(p: dict) -> str:
	months = flt(p["months"], 1)
	if not months:
		return _("No orders or deliveries to speak of wait for their invoice")
	return _("Orders and deliveries not invoiced: {0} months of what it buys").format(number(months, 1))


def _opinion(p: dict) -> str:
	"""What a provider said, against what it said before, and how old that is."""
	value, provider = p.get("value"), p.get("provider") or _("The bureau")
	if p.get("previous"):
		text = _moved(p.get("provider"), p["previous"], value).format(provider, p["previous"], value)
	else:
		text = _("{0} says {1}").format(provider, value)
	text += f" ({flt(p['score']):.0f}/100)"
	if p.get("stale"):
		text += ", " + _("stale: {0} days old").format(cint(p.get("age_days")))
	return text


def _moved(provider: str | None, previous, value) -> str:
	"""Down or up where the provider's scale tells it."""
	scale = scale_for(provider or "")
	try:
		before, now = scale and scale.normalise(previous), scale and scale.normalise(value)
	except ValueError:
		before = now = None
	if before is None or now is None or before == now:
		return _("{0} went from {1} to {2}")
	return _("{0} fell from {1} to {2}") if now < before else _("{0} rose from {1} to {2}")


def _hard_rule(p: dict) -> str:
	spec = HARD_RULES.get(p["rule"])
	label = _(spec.label) if spec else _(frappe.unscrub(p["rule"]))
	if spec and spec.threshold is not None and p.get("threshold") is not None:
		label = f"{label} {number(p['threshold'])}"
	return _("No better than {0}: {1}").format(p["band"], label)


def _pay_overdue(p: dict) -> str:
	count, money = cint(p["count"]), _money(p, "amount")
	if p["all"]:
		if count == 1:
			return _("Paying the overdue item ({0})").format(money)
		return _("Paying the {0} overdue items ({1})").format(count, money)
	if count == 1:
		return _("Paying the item over {0} days overdue ({1})").format(p["over_days"], money)
	return _("Paying the {0} items over {1} days overdue ({2})").format(count, p["over_days"], money)


def _figure(factor: str, value) -> str:
	unit = FACTORS[factor].unit
	if unit == "share":
		return percent(value)
	if unit == "days":
		return _("{0} days").format(number(value, 0))
	if unit == "months":
		return _("{0} months of sales").format(number(value, 1))
	return number(value)


def _habit(p: dict) -> str:
	return _("{0}: {1} instead of {2}").format(
		_factor_label(p["factor"]), _figure(p["factor"], p["to"]), _figure(p["factor"], p["now"])
	)


def _rule_lifted(p: dict) -> str:
	spec = HARD_RULES[p["rule"]]
	label = _(spec.label)
	return _("Without the hard rule: {0}").format(
		label if spec.threshold is None else f"{label} {number(p['threshold'])}"
	)


SCORE_SENTENCES = {
	"days_late": _days_late,
	"recent_days_late": _recent,
	"days_late_trend": _trend,
	"late_ratio": _late_ratio,
	"overdue_share": lambda p: _("{0} of what it owes is overdue").format(percent(p["share"])),
	"limit_use": _limit_use,
	"oldest_overdue": _oldest,
	"broken_promises": _broken,
	"returned_debits": _returned,
	"disputes_lost": _disputes_lost,
	"outstanding": _outstanding,
	"open_orders": _open_orders,
	"concentration": lambda p: _("Owes {0} of all that customers owe").format(percent(p["share"])),
	"bureau_score": _opinion,
	"insurer_grade": _opinion,
	"insured_share": lambda p: _("{0} of what it owes is insured").format(percent(p["share"])),
	"volume": _volume,
	"relation_age": lambda p: _("Customer for {0} years").format(number(p["years"], 1)),
	"part_payments": _part_payments,
	"segment_mean": _segment_mean,
	"hard_rule": _hard_rule,
	"pay_overdue": _pay_overdue,
	"habit": _habit,
	"wait": lambda p: _("{0} days without another: {1}").format(p["days"], _factor_label(p["factor"])),
	"rule_lifted": _rule_lifted,
	"no_facts": lambda p: _("Nothing is known about this customer yet"),
}
