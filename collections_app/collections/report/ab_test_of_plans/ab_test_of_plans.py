"""Which of two plans collects faster. How it is measured: `engine/split_test.py`; whom it compares:
`services/plans/split_tests.py`."""

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate

from collections_app.engine import split_test
from collections_app.engine.split_test import ARMS, Comparison, compare
from collections_app.services.access import company_for, permitted_customers
from collections_app.services.numbers import number
from collections_app.services.plans.split_tests import Trial, load_trial
from collections_app.services.settings import company_currency

COLOURS = {"A": "#7B8794", "B": "#2490EF"}
MAX_POINTS = 20
INDICATORS = {split_test.FASTER: "Green", split_test.SLOWER: "Red"}


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	if not (company and filters.plan):
		return get_columns(), []
	plan = frappe.get_doc("Dunning Plan", filters.plan)
	plan.check_permission("read")
	if not plan.split_plan:
		return get_columns(), [], _("Plan {0} has no A/B test.").format(frappe.bold(plan.name))
	trial = load_trial(plan, company, getdate(), permitted_customers())
	result = compare(trial.invoices)
	currency = company_currency(company)
	rows = [get_row(arm, trial, currency) for arm in (result.a, result.b)]
	return (
		get_columns(),
		rows,
		get_message(result, trial),
		get_chart(result, trial),
		get_summary(result, currency, rows),
	)


def get_columns() -> list[dict]:
	whole = {"fieldtype": "Int", "width": 100}
	days = {"fieldtype": "Float", "precision": 1, "width": 140}
	money = {"fieldtype": "Currency", "options": "currency", "width": 140}
	percent = {"fieldtype": "Percent", "precision": 1, "width": 170}
	return [
		{"fieldname": "arm", "label": _("Arm"), "fieldtype": "Data", "width": 60},
		{
			"fieldname": "plan",
			"label": _("Dunning Plan"),
			"fieldtype": "Link",
			"options": "Dunning Plan",
			"width": 200,
		},
		{"fieldname": "customers", "label": _("Customers"), **whole},
		{"fieldname": "invoices", "label": _("Invoices Due"), **whole, "width": 115},
		{"fieldname": "open_invoices", "label": _("Still Open"), **whole},
		{"fieldname": "mean_days", "label": _("Days to Payment"), **days},
		{"fieldname": "low", "label": _("From (95 %)"), **days},
		{"fieldname": "high", "label": _("To (95 %)"), **days},
		{"fieldname": "paid_in_30", "label": _("Paid within 30 Days"), **percent},
		{"fieldname": "due", "label": _("Amount Due"), **money},
		{"fieldname": "collected", "label": _("Collected"), **money},
		{"fieldname": "moved", "label": _("On Another Plan Now"), **whole, "width": 170},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]


def get_row(arm: split_test.Arm, trial: Trial, currency: str) -> dict:
	own = trial.invoices[trial.invoices["arm"] == arm.arm]
	return {
		"arm": arm.arm,
		"plan": trial.plan if arm.arm == "A" else trial.variant,
		"customers": arm.customers,
		"invoices": arm.invoices,
		"open_invoices": arm.open_invoices,
		"mean_days": arm.mean_days,
		"low": arm.low,
		"high": arm.high,
		"paid_in_30": None if arm.paid_in_30 is None else 100 * arm.paid_in_30,
		"due": flt(own["amount_base"].sum(), 2),
		"collected": flt(own["collected_base"].sum(), 2),
		"moved": trial.moved[arm.arm],
		"currency": currency,
	}


def get_sentence(result: Comparison, trial: Trial) -> str:
	"""The result in words."""
	variant = frappe.bold(frappe.utils.escape_html(trial.variant))
	if result.verdict == split_test.TOO_FEW:
		return _(
			"Too few customers to compare: {0} on A and {1} on B have invoices due since {2}; each needs {3}."
		).format(result.a.customers, result.b.customers, formatdate(trial.start), split_test.MIN_CUSTOMERS)
	if result.verdict == split_test.FASTER:
		return _("Variant B, {0}, collected {1} days faster (95 % between {2} and {3}).").format(
			variant, day(result.faster_by), day(result.low), day(result.high)
		)
	if result.verdict == split_test.SLOWER:
		return _("Variant B, {0}, collected {1} days slower (95 % between {2} and {3}).").format(
			variant, day(-result.faster_by), day(-result.high), day(-result.low)
		)
	return _(
		"No difference can be shown yet: variant B, {0}, may be up to {1} days faster or up to {2} days slower (95 %)."
	).format(variant, day(result.high), day(-result.low))


def day(value: float) -> str:
	return number(value, 1)


def get_message(result: Comparison, trial: Trial) -> str:
	lines = [f"<b>{get_sentence(result, trial)}</b>"]
	if result.horizon:
		lines.append(
			_(
				"Days from due date to full payment, on average; an invoice open or paid later counts as {0} days. Invoices still open are taken as such, not left out."
			).format(result.horizon)
		)
	lines.append(
		_(
			"Compared: invoices due since {0} of all customers the test drew, in the arm they were drawn for, whatever plan they have now."
		).format(formatdate(trial.start))
	)
	if trial.credited:
		lines.append(_("Left out: {0} invoices credited without any payment.").format(trial.credited))
	return "<br>".join(lines)


def get_chart(result: Comparison, trial: Trial) -> dict | None:
	"""Share of invoices still open by days since the due date."""
	if result.horizon is None:
		return None
	curves = pd.DataFrame({"A": result.a.curve, "B": result.b.curve})
	# before the first payment of an arm all is open
	curves = curves.ffill().fillna(1.0)
	# the labels of more points would run into each other
	step = -(-len(curves) // MAX_POINTS)
	curves = curves[curves.index % step == 0]
	names = {"A": trial.plan, "B": trial.variant}
	return {
		"data": {
			"labels": [str(one) for one in curves.index],
			"datasets": [
				{"name": f"{arm}: {names[arm]}", "values": [flt(100 * share, 1) for share in curves[arm]]}
				for arm in ARMS
			],
		},
		"type": "line",
		"colors": [COLOURS[arm] for arm in ARMS],
		"lineOptions": {"hideDots": 1, "regionFill": 0},
		"axisOptions": {"xIsSeries": 1, "xAxisMode": "tick"},
		"title": _("Invoices still open (%) by days after the due date"),
	}


def get_summary(result: Comparison, currency: str, rows: list[dict]) -> list[dict]:
	cards = [
		{
			"label": _("Collected by {0}").format(row["arm"]),
			"value": row["collected"],
			"datatype": "Currency",
			"currency": currency,
			"indicator": "Blue" if row["arm"] == "B" else "Grey",
		}
		for row in rows
	]
	if result.faster_by is None:
		return cards
	return [
		{
			"label": _("Days B Is Faster"),
			"value": day(result.faster_by),
			"datatype": "Data",
			"indicator": INDICATORS.get(result.verdict, "Grey"),
		},
		{
			"label": _("95 % Between"),
			"value": _("{0} and {1}").format(day(result.low), day(result.high)),
			"datatype": "Data",
			"indicator": INDICATORS.get(result.verdict, "Grey"),
		},
		*cards,
	]
