"""The worklist is kept on the cases, and collectors find a call script there."""

import frappe

from collections_app.services.worklist.rank import rank_company
from collections_app.setup.seed import CALL_SCRIPT, DATA, seed_letter


def execute() -> None:
	seed_letter(DATA / "call_script")
	if not frappe.db.get_single_value("Collections Settings", "call_script"):
		frappe.db.set_single_value("Collections Settings", "call_script", CALL_SCRIPT)
	for company in frappe.get_all("Collection Case", pluck="company", distinct=True, order_by="company"):
		rank_company(company)
