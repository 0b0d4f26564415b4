"""Whether the A/B test set on a Dunning Plan can be carried out."""

import frappe
from frappe import _
from frappe.utils import flt, formatdate, getdate


def check_split(plan) -> None:
	"""Checks the test of a plan that is being saved, and lets its comparison start when its draw does."""
	if not plan.split_plan:
		plan.split_from = None
		return
	variant = frappe.db.get_value(
		"Dunning Plan",
		plan.split_plan,
		["name", "enabled", "split_plan", "for_company", "priority"],
		as_dict=True,
	)
	if plan.split_plan == plan.name:
		frappe.throw(_("A plan cannot be tried against itself"))
	if not variant or not variant.enabled:
		frappe.throw(
			_("Plan {0} is not enabled, so nobody could get it").format(frappe.bold(plan.split_plan))
		)
	if variant.split_plan:
		frappe.throw(
			_("Plan {0} has an A/B test of its own: one customer cannot be in two").format(
				frappe.bold(variant.name)
			)
		)
	if variant.for_company and variant.for_company != plan.for_company:
		frappe.throw(
			_("Plan {0} is for company {1} only").format(frappe.bold(variant.name), variant.for_company)
		)
	if not 1 <= flt(plan.split_share) <= 99:
		frappe.throw(_("The share of an A/B test is from 1 to 99 percent"))
	if variant.priority <= (plan.priority or 0):
		frappe.msgprint(
			_(
				"Plan {0} comes before this one by its priority, so its own conditions take customers first."
			).format(frappe.bold(variant.name)),
			indicator="orange",
			alert=True,
		)
	_start_with_the_draw(plan)


def _start_with_the_draw(plan) -> None:
	"""Invoices due before the customers were drawn as they are now say nothing about the test."""
	before = plan.get_doc_before_save()
	same_draw = (
		before and before.split_plan == plan.split_plan and flt(before.split_share) == flt(plan.split_share)
	)
	if same_draw and before.split_from and getdate(plan.split_from) >= getdate(before.split_from):
		return
	earliest = getdate(before.split_from) if same_draw and before.split_from else getdate()
	if plan.split_from and getdate(plan.split_from) >= earliest:
		return
	if plan.split_from:
		frappe.msgprint(
			_("Invoices due before {0} are not compared: customers were not drawn yet.").format(
				formatdate(earliest)
			),
			indicator="blue",
			alert=True,
		)
	plan.split_from = earliest


def check_tried_elsewhere(plan) -> None:
	"""A plan that another one is tried against stays enabled, and starts no test of its own."""
	if plan.is_new() or (plan.enabled and not plan.split_plan):
		return
	other = frappe.db.get_value("Dunning Plan", {"split_plan": plan.name, "enabled": 1}, "name")
	if other and not plan.enabled:
		frappe.throw(
			_("Plan {0} is being tried against this one: end its A/B test first").format(frappe.bold(other))
		)
	if other:
		frappe.throw(
			_("Plan {0} is tried against this one already: one customer cannot be in two tests").format(
				frappe.bold(other)
			)
		)
