"""Payment Links that nobody is to pay through any more are switched off at the provider.

That is: its days are over, less is open of its items than it asks for, or a later message that went out has another link
for one of them. What the provider does not answer to is tried again the next time.
"""

import frappe
from frappe.query_builder import DocType
from frappe.utils import flt, getdate

from collections_app.connectors.base import Action, ConnectorError, DataError
from collections_app.engine.outbox import GONE_OUT
from collections_app.services.connectors import outgoing
from collections_app.services.online_payments.asked import ACTIVE
from collections_app.services.online_payments.links import REQUESTED, end
from collections_app.services.online_payments.options import DEACTIVATE
from collections_app.services.receivables import open_items
from collections_app.services.run.errors import error_text

EXPIRED, SWITCHED_OFF = "Expired", "Switched Off"
CENT = 0.005


def switch_off_links() -> dict[str, int]:
	"""Goes over the open links of all companies. Returns how many were switched off, and how many providers refused."""
	counts = {"switched_off": 0, "failed": 0}
	links = frappe.get_all(
		"Payment Link",
		{"status": ["in", [ACTIVE, REQUESTED]]},
		["name", "company", "customer", "connector", "reference", "expires_on", "creation", "action"],
		order_by="creation",
	)
	items = _items([link.name for link in links])
	open_now = {company: _open(company) for company in {link.company for link in links}}
	newest = _newest(links, items)
	for position, link in enumerate(links):
		if status := _over(link, position, items[link.name], open_now[link.company], newest):
			counts["switched_off" if _switch_off(link, status) else "failed"] += 1
	return counts


def _items(names: list[str]) -> dict[str, dict[str, float]]:
	"""Link -> item -> what it asks for of it."""
	found: dict[str, dict[str, float]] = {name: {} for name in names}
	rows = frappe.get_all(
		"Payment Link Item", {"parent": ["in", [*names, ""]]}, ["parent", "item_key", "amount"]
	)
	for row in rows:
		found[row.parent][row.item_key] = flt(row.amount)
	return found


def _open(company: str) -> dict[str, float]:
	items = open_items(company)
	return dict(zip(items["item"], items["outstanding"], strict=True))


def _newest(links: list, items: dict[str, dict[str, float]]) -> dict[tuple[str, str], int]:
	"""(Customer, item) -> the position of the last link with it whose message went out."""
	action = DocType("Collection Action")
	names = [link.action for link in links if link.action]
	out = set(
		(
			frappe.qb.from_(action)
			.select(action.name)
			.where(action.name.isin([*names, ""]) & action.status.isin(sorted(GONE_OUT)))
		).run(pluck=True)
	)
	return {
		(link.customer, item): position
		for position, link in enumerate(links)
		if link.action in out
		for item in items[link.name]
	}


def _over(link, position: int, asked: dict[str, float], open_now: dict[str, float], newest: dict) -> str:
	"""Its last status, where nobody is to pay through it any more; else empty."""
	if link.expires_on and getdate(link.expires_on) < getdate():
		return EXPIRED
	less = any(flt(open_now.get(item)) < amount - CENT for item, amount in asked.items() if amount > 0)
	replaced = any(newest.get((link.customer, item), position) > position for item in asked)
	return SWITCHED_OFF if less or replaced else ""


def _switch_off(link, status: str) -> bool:
	"""At the provider, where it can do that, and here; committed. False: the provider gave no answer."""
	try:
		if link.reference and outgoing.offers(link.connector, DEACTIVATE):
			action = Action(DEACTIVATE, f"{link.name}-off", {"reference": link.reference})
			outgoing.push(link.connector, action, about=("Payment Link", link.name))
	except DataError:
		# the provider knows no such link: nobody can pay through it
		end(link.name, status)
	except ConnectorError as error:
		frappe.db.set_value("Payment Link", link.name, "error", error_text(error))
	else:
		end(link.name, status)
	done = frappe.db.get_value("Payment Link", link.name, "status") == status
	frappe.db.commit()  # nosemgrep: one link's trouble takes back nothing of another
	return done
