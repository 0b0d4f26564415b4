"""How often each customer was written to lately: what the contact limits count."""

from datetime import date, timedelta

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate

from collections_app.engine.channels import CONTACTS
from collections_app.engine.holds import WEEK
from collections_app.engine.outbox import OUT, QUEUED, SENDING


def contact_days(company: str, as_of: date) -> dict[str, list[date]]:
	"""Customer -> the day of each message of the last seven days; those on their way count as of `as_of`.

	Calls and tasks, and what went to a partner, are no messages to the customer.
	"""
	action = DocType("Collection Action")
	moment = Coalesce(action.sent_at, action.sending_started_at)
	rows = (
		frappe.qb.from_(action)
		.select(action.customer, moment)
		.where(
			(action.company == company)
			& action.channel.isin(sorted(CONTACTS))
			& action.status.isin(sorted({QUEUED, SENDING, *OUT}))
			& (moment.isnull() | (moment >= as_of - timedelta(days=WEEK - 1)))
		)
	).run()
	found: dict[str, list[date]] = {}
	for customer, when in rows:
		found.setdefault(customer, []).append(getdate(when) if when else as_of)
	return found
