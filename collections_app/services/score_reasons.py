"""The sentences of risk scores: why a score is what it is, and what would change it."""

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money

from collections_app.engine.factors import FACTORS
from collections_app.engine.hard_rules import HARD_RULES
from collections_app.engine.provider_scales import scale_for


def _percent(share) -> str:
	return f"{flt(share) * 100:.0f} %"


def _money(params: dict, key: str) -> str:
	return fmt_money(params.get(key) or 0, currency=params.get("currency"))


def _factor_label(key: str) -> str:
	return _(FACTORS[key].label) if key in FACTORS else _(frappe.unscrub(key))


def _days_late(p: dict) -> str:
	days = flt(p["days"])
	if days >= 1:
		return _("Pays {0} days late on average").format(round(days))
	if days <= -1:
		return _("Pays {0} days early on average").format(round(-days))
	return _("Pays on time on average")


def _trend(p: dict) -> str:
	days = flt(p["days"])
	if days >= 1:
		return _("Pays {0} days later than half a year ago").format(round(days))
	if days <= -1:
		return _("Pays {0} days sooner than half a year ago").format(round(-days))
	return _("Pays as it did half a year ago")


def _recent(p: dict) -> str:
	days = flt(p["days"])
	if days >= 1:
		return _("Paid {0} days late on average in the last half year").format(round(days))
	if days <= -1:
		return _("Paid {0} days early on average in the last half year").format(round(-days))
	return _("Paid on time in the last half year")


def _limit_use(p: dict) -> str:
	share = flt(p["share"])
	if share > 1:
		return _("Over the credit limit by {0}").format(_percent(share - 1))
	return _("Uses {0} of the credit limit").format(_percent(share))


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
		label = f"{label} {flt(p['threshold']):g}"
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
		return _percent(value)
	if unit == "days":
		return _("{0} days").format(f"{flt(value):.0f}")
	if unit == "months":
		return _("{0} months of sales").format(f"{flt(value):.1f}")
	return f"{flt(value):g}"


def _habit(p: dict) -> str:
	return _("{0}: {1} instead of {2}").format(
		_factor_label(p["factor"]), _figure(p["factor"], p["to"]), _figure(p["factor"], p["now"])
	)


def _rule_lifted(p: dict) -> str:
	spec = HARD_RULES[p["rule"]]
	label = _(spec.label)
	return _("Without the hard rule: {0}").format(
		label if spec.threshold is None else f"{label} {flt(p['threshold']):g}"
	)


SCORE_SENTENCES = {
	"days_late": _days_late,
	"recent_days_late": _recent,
	"days_late_trend": _trend,
	"late_ratio": lambda p: _("{0} of its invoices paid late").format(_percent(p["share"])),
	"overdue_share": lambda p: _("{0} of what it owes is overdue").format(_percent(p["share"])),
	"limit_use": _limit_use,
	"oldest_overdue": _oldest,
	"broken_promises": _broken,
	"returned_debits": _returned,
	"disputes_lost": _disputes_lost,
	"outstanding": lambda p: _("Owes {0} months of what it buys").format(flt(p["months"], 1)),
	"open_orders": lambda p: _("Orders and deliveries not invoiced: {0} months of what it buys").format(
		flt(p["months"], 1)
	),
	"concentration": lambda p: _("{0} of all that customers owe").format(_percent(p["share"])),
	"bureau_score": _opinion,
	"insurer_grade": _opinion,
	"insured_share": lambda p: _("{0} of what it owes is insured").format(_percent(p["share"])),
	"volume": lambda p: _("{0} invoices in the last year").format(cint(p["count"])),
	"relation_age": lambda p: _("Customer for {0} years").format(flt(p["years"], 1)),
	"part_payments": lambda p: _("{0} of its invoices paid in parts").format(_percent(p["share"])),
	"segment_mean": lambda p: _(
		"{0}: taken from customers of {1}, only {2} of its own invoices are paid"
	).format(_factor_label(p["factor"]), p["segment"] or _("all groups"), p["paid_count"]),
	"hard_rule": _hard_rule,
	"pay_overdue": _pay_overdue,
	"habit": _habit,
	"wait": lambda p: _("{0} days without another: {1}").format(p["days"], _factor_label(p["factor"])),
	"rule_lifted": _rule_lifted,
	"no_facts": lambda p: _("Nothing is known about this customer yet"),
}
