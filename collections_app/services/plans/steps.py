"""The steps of a Dunning Plan as a person enters them: put in order, freed of what their channel does not use, checked."""

import frappe
from frappe import _
from frappe.utils import validate_email_address

from collections_app.engine.channels import ATTACHING, CONTACTS, HAND_OVER, PARTNERS, TASKS
from collections_app.engine.steps import Step

# nothing is late before the due date
LATE_ONLY = ("charge_interest", "charge_indemnity", "fee", "stop_delivery", "minimum_age")


def step_of(plan: str, row) -> Step:
	"""The engine's step of a Dunning Plan Step row."""
	return Step(
		plan=plan,
		step=row.name,
		level=row.level,
		trigger_days=row.trigger_days or 0,
		channel=row.channel,
		letter=row.letter,
		minimum_amount=row.minimum_amount or 0,
		requires_approval=bool(row.requires_approval),
		attach_invoices=bool(row.attach_invoices),
		attach_statement=bool(row.attach_statement),
		business_days=row.day_type == "Business Days",
		minimum_age=row.minimum_age or 0,
		tone=row.tone or None,
	)


def sort_steps(plan) -> None:
	"""Steps stand in the order they are taken, and their level is their place."""
	plan.steps.sort(key=usual_day)
	for level, row in enumerate(plan.steps, 1):
		row.idx = row.level = level


def usual_day(row) -> float:
	return step_of("", row).usual_day


def check_steps(plan) -> None:
	"""Refuses what could not be carried out; the message names the step."""
	days = set()
	for row in plan.steps:
		if row.channel in CONTACTS and not row.letter:
			_refuse(row, _("choose the letter to send"))
		_check_partner(row)
		if usual_day(row) in days:
			_refuse(row, _("another step is on day {0} already").format(row.trigger_days))
		days.add(usual_day(row))
		clean(row)


def _check_partner(row) -> None:
	if row.channel not in PARTNERS:
		return
	if row.channel == HAND_OVER and not row.hand_over_to:
		_refuse(row, _("choose who takes the claim over: a collection agency or a lawyer"))
	if (row.trigger_days or 0) < 0:
		_refuse(row, _("nothing can go to a partner before the due date"))
	if row.partner_email and not validate_email_address(row.partner_email):
		_refuse(row, _("{0} is not an e-mail address").format(row.partner_email))


def clean(row) -> None:
	"""Empties what the step's channel or day has no use for."""
	if row.channel in TASKS:
		row.letter = None
	else:
		row.task = None
	if row.channel not in ATTACHING:
		row.attach_invoices = row.attach_statement = 0
	if row.channel not in PARTNERS:
		row.partner_email = None
	if row.channel != HAND_OVER:
		row.hand_over_to = None
	if (row.trigger_days or 0) < 0:
		row.update(dict.fromkeys(LATE_ONLY, 0))


def _refuse(row, why: str) -> None:
	frappe.throw(_("Step {0} ({1}): {2}").format(row.idx, row.step_name, why))
