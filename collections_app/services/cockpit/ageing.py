"""Open items by age and risk band, off the cases: as of now for whoever paid or was invoiced since the run."""

import frappe
from frappe import _
from frappe.utils import cint, flt

from collections_app.compat import aggregate
from collections_app.services.ageing_view import BANDS, bucket_fields, titles
from collections_app.services.cockpit.scope import Scope


def ageing(scope: Scope) -> dict:
	"""`buckets`: field and label, youngest first; `bands`: from the riskiest down, each with band, label, customers, the
	amount of each bucket, total, and the list of its cases."""
	fields = list(bucket_fields())
	rows = frappe.get_list(
		"Collection Case",
		filters=scope.case_filters(status="Open"),
		fields=[
			"company",
			"risk_band",
			aggregate("COUNT", "name", "cases"),
			*(aggregate("SUM", field, f"sum_{field}") for field in fields),
		],
		group_by="company, risk_band",
		order_by="company",
		limit=0,
	)
	sums: dict[str, dict] = {}
	for row in rows:
		band = sums.setdefault(row.risk_band or "", {"customers": 0, **dict.fromkeys(fields, 0.0)})
		band["customers"] += cint(row.cases)
		for field in fields:
			band[field] = flt(band[field] + scope.into(flt(row[f"sum_{field}"]), row.company), 2)
	order = [*sorted((band for band in BANDS if band), reverse=True), ""]
	return {
		"currency": scope.currency,
		"buckets": [
			{"field": field, "label": label} for field, label in zip(fields, titles(fields), strict=True)
		],
		"bands": [_band(scope, band, sums[band], fields) for band in order if band in sums],
	}


def _band(scope: Scope, band: str, sums: dict, fields: list[str]) -> dict:
	return {
		"band": band,
		"label": _("Risk {0}").format(band) if band else _("Not scored"),
		**sums,
		"total": flt(sum(sums[field] for field in fields), 2),
		"route": ["List", "Collection Case"],
		"options": scope.list_filters(status="Open", risk_band=band or ["is", "not set"]),
	}
