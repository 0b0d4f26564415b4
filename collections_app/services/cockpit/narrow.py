"""Queries built as a whole, narrowed to what the user may see and the team works on."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce

from collections_app.services.cockpit.scope import Scope
from collections_app.services.names import Names


def narrow(scope: Scope, query, company, customer):
	"""The query with what the user may see and, by the case's collector, what the team works on."""
	if scope.customers is not None:
		query = query.where(customer.isin(Names(scope.customers)))
	if scope.collectors is not None:
		case = DocType("Collection Case")
		# from what is asked for to its case, never the other way round: with old statistics the database would
		query = (
			query.left_join(case)
			.on((case.company == company) & (case.customer == customer))
			.where(Coalesce(case.collector, "").isin(scope.collectors))
		)
	return query


def narrow_cases(scope: Scope, query, case):
	"""A query of cases with the scope's companies, and what of them the user may see and the team works on."""
	query = query.where(case.company.isin([*scope.companies, ""]))
	if scope.customers is not None:
		query = query.where(case.customer.isin(Names(scope.customers)))
	if scope.collectors is not None:
		query = query.where(case.collector.isin(scope.collectors))
	return query


def seen_cases(names: list[str]) -> set[str]:
	"""Those the user may read."""
	return set(
		frappe.get_list(
			"Collection Case",
			filters={"name": ["in", [*names, ""]]},
			pluck="name",
			order_by="name",
			limit=0,
		)
	)
