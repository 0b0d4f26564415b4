"""Letters on real customers, before anyone gets them."""

import frappe

from collections_app.engine.ageing import add_ageing
from collections_app.engine.frames import effective_due_date
from collections_app.services import settings
from collections_app.services.charges import Charger
from collections_app.services.letters import Letter, render, render_action
from collections_app.services.receivables import open_items


def preview_letter(letter: str, customer: str, company: str, language: str | None = None) -> Letter | None:
	"""The letter with the customer's open invoices (overdue ones where there are any); None without an invoice.

	One currency only, as in a real message: the one with the most outstanding in company currency.
	"""
	items = open_items(company, customers=[customer])
	items = add_ageing(items.assign(due_date=effective_due_date(items)), frappe.utils.getdate())
	debts = items[items["outstanding"] > 0]
	if debts.empty:
		return None
	currency = debts.groupby("currency")["outstanding_base"].sum().idxmax()
	debts = debts[debts["currency"] == currency]
	overdue = debts[debts["days_overdue"] > 0]
	chosen = overdue if len(overdue) else debts
	rows = [
		{
			"invoice": row["voucher_no"],
			"posting_date": row["posting_date"].date(),
			"due_date": row["due_date"].date(),
			"days_overdue": int(row["days_overdue"]),
			"outstanding": row["outstanding"],
		}
		for row in chosen.to_dict("records")
	]
	return render(
		frappe.get_doc("Collection Letter", letter),
		company=company,
		customer=customer,
		items=rows,
		currency=currency,
		language=language or frappe.db.get_value("Customer", customer, "language"),
		reference=frappe._("Preview"),
		collector=settings.company_row(company).default_collector,
	)


def preview_of_action(action) -> dict:
	"""What would go out now if the action were sent: subject, html, language and recipients."""
	Charger(action.company, frappe.utils.getdate()).for_action(action)
	return {**vars(render_action(action)), "recipients": action.recipients or ""}
