"""Everything that happened with a customer, over its cases with all companies the user may see, the latest first."""

from collections_app.services.cases import timeline as case_timeline
from collections_app.services.customer_360.head import companies_of
from collections_app.services.customer_view import customer_cases


def timeline(
	customer: str, companies: list[str] | None, wanted: list[str] | None, before: str | None
) -> dict:
	"""A page of the timeline: see `cases.timeline.timeline`; each event with its company.

	`companies`: only these. `kinds`: what it can be filtered by (kind, label). The caller has checked the customer.
	"""
	cases = {case.company: case.name for case in customer_cases(customer)}
	known = companies_of(customer, list(cases))
	chosen = [one for one in known if not companies or one in companies]
	page = case_timeline.merged(
		[(cases.get(company) or "", customer, company) for company in chosen], wanted, before
	)
	kinds = [{"kind": name, "label": kind.label} for name, kind in case_timeline.kinds().items()]
	return {**page, "kinds": kinds}
