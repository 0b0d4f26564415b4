"""Counts of a step as one sentence for the desk."""

from frappe import _
from frappe.utils import fmt_money

from collections_app.services.numbers import number


def summarise(step: str, counts: dict, currency: str) -> str:
	if not counts:
		return ""
	return SENTENCES[step](counts, currency)


def _sync(c: dict, currency: str) -> str:
	return _("{0} new, {1} seen before, {2} failed, from {3} connectors").format(
		c["created"], c["seen"], c["failed"], c["connectors"]
	)


def _cash(c: dict, currency: str) -> str:
	return _("{0} of {1} payments applied ({2}), {3} to review, {4} failed").format(
		c["applied"],
		c["payments"],
		fmt_money(c["applied_amount"], currency=currency),
		c["to_review"],
		c["failed"],
	)


def _read(c: dict, currency: str) -> str:
	return _("{0} open items of {1} customers: {2}").format(
		c["open_items"], c["customers"], fmt_money(c["outstanding"], currency=currency)
	)


def _settle(c: dict, currency: str) -> str:
	return _("Promises: {0} kept, {1} partly kept, {2} broken; {3} disputes closed; {4} cases closed").format(
		c["kept"], c["partly_kept"], c["broken"], c["disputes_closed"], c["cases_closed"]
	)


def _score(c: dict, currency: str) -> str:
	return _("{0} customers scored, {1} changed; {2} in band D or E").format(
		c["scored"], c["changed"], c["at_risk"]
	)


def _predict(c: dict, currency: str) -> str:
	return _(
		"Payment of {0} open items predicted ({1}), {2} probably late; {3} expected within 14 days"
	).format(
		c["predicted"],
		_("by {0}").format(c["model"]) if c["model"] else _("from the customers' averages"),
		c["late"],
		fmt_money(c["paid_soon"], currency=currency),
	)


def _plan(c: dict, currency: str) -> str:
	return _("{0} items due for a step: {1} new actions, {2} unchanged, {3} replaced").format(
		c["due_items"], c["planned"], c["unchanged"], c["replaced"]
	)


def _hold(c: dict, currency: str) -> str:
	return _("{0} released, {1} held, {2} await approval, {3} no longer needed").format(
		c["released"], c["held"], c["awaiting_approval"], c["cancelled"]
	)


def _of_channel(channel: str, count: int) -> str:
	one, many = CHANNELS[channel]()
	return one if count == 1 else many.format(count)


def _dispatch(c: dict, currency: str) -> str:
	sentence = ", ".join(_of_channel(channel, c[channel]) for channel in CHANNELS if c[channel])
	sentence = sentence or _("Nothing went out")
	if c["failed"]:
		sentence += ", " + _("{0} failed").format(c["failed"])
	if c.get("in_hand"):
		sentence += ", " + _("{0} still in the hands of other workers").format(c["in_hand"])
	if c.get("charges_booked"):
		sentence += ", " + _("charges booked {0} times").format(c["charges_booked"])
	if c.get("charges_failed"):
		sentence += ", " + _("{0} bookings of charges failed").format(c["charges_failed"])
	return sentence


def _snapshot(c: dict, currency: str) -> str:
	return _("Overdue {0}, DSO {1} days, {2} past months rebuilt").format(
		fmt_money(c["overdue"], currency=currency),
		number(c["dso"]) if c["dso"] is not None else "–",
		c["rebuilt"],
	)


# count of the dispatch -> one of it, and several
CHANNELS = {
	"emails": lambda: (_("1 e-mail"), _("{0} e-mails")),
	"letters": lambda: (_("1 letter"), _("{0} letters")),
	"sms": lambda: (_("1 text message"), _("{0} text messages")),
	"whatsapp": lambda: (_("1 WhatsApp message"), _("{0} WhatsApp messages")),
	"registered_emails": lambda: (_("1 registered e-mail"), _("{0} registered e-mails")),
	"calls": lambda: (_("1 call"), _("{0} calls")),
	"tasks": lambda: (_("1 task"), _("{0} tasks")),
	"hand_overs": lambda: (_("1 hand-over"), _("{0} hand-overs")),
	"notices": lambda: (_("1 notice to an insurer"), _("{0} notices to insurers")),
}
SENTENCES = {
	"Sync": _sync,
	"Apply Cash": _cash,
	"Read Receivables": _read,
	"Settle": _settle,
	"Score": _score,
	"Predict": _predict,
	"Plan": _plan,
	"Hold or Release": _hold,
	"Dispatch": _dispatch,
	"Snapshot": _snapshot,
}
