"""A task: work of any kind for the case's collector, in the words of the plan step."""

from frappe import _
from frappe.utils import escape_html, fmt_money

from collections_app.services.outbox.channels.call import assign
from collections_app.services.outbox.channels.partner import step_of


def check() -> None:
	"""A task needs nothing but a collector, and without one the action is held."""


def hand_over(action) -> dict:
	"""Makes the collector's ToDo. Returns the fields to write on the action."""
	return assign(action, description_of(action))


def description_of(action) -> str:
	"""What is to be done, for whom, and about how much."""
	text = (step_of(action).task or "").strip() or action.step_name or _("Look at this case")
	about = _("{0}: {1} overdue on {2} invoices").format(
		action.customer_name or action.customer,
		fmt_money(action.total_overdue, currency=action.currency),
		len(action.items),
	)
	return "<br>".join(escape_html(line) for line in [*text.splitlines(), about])
