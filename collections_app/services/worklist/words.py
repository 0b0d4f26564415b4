"""The reasons of the worklist as sentences, in the reader's language and as of the day they are read."""

from collections.abc import Iterable
from datetime import date

from frappe import _
from frappe.utils import fmt_money, formatdate, getdate


def sentences(reasons: Iterable[dict], today: date) -> list[str]:
	"""`reasons`: dicts of `engine.reasons.Reason`. A code without a sentence shows as itself, so that nothing is hidden."""
	return [_sentence(one["code"], one.get("params") or {}, today) for one in reasons]


def _sentence(code: str, params: dict, today: date) -> str:
	write = SENTENCES.get(code)
	return write(params, today) if write else code


def _money(p: dict) -> str:
	"""An amount in a sentence: whole units are enough."""
	return fmt_money(round(p.get("amount") or 0), precision=0, currency=p.get("currency"))


def _ago(day: str, today: date) -> str:
	days = (today - getdate(day)).days
	if days <= 0:
		return _("today")
	return _("yesterday") if days == 1 else _("{0} days ago").format(days)


def _step(p: dict) -> str:
	"""What to call an action in a sentence."""
	return p.get("step") or _("Message")


def _came_back(p: dict, today: date) -> str:
	if p.get("why"):
		return _("back {0}: {1}").format(_ago(p["on"], today), p["why"])
	return _("back {0}").format(_ago(p["on"], today))


def _overdue(p: dict, today: date) -> str:
	days = (today - getdate(p["since"])).days
	age = _("1 day overdue") if days == 1 else _("{0} days overdue").format(days)
	return _("{0}, risk {1}").format(age, p["band"]) if p.get("band") else age


def _paused(p: dict, today: date) -> str:
	text = _("Paused until {0}: {1}") if p.get("why") else _("Paused until {0}")
	return text.format(formatdate(p["until"]), p.get("why"))


def _held(p: dict, today: date) -> str:
	if p.get("why"):
		return _("{0} held: {1}").format(_step(p), p["why"])
	return _("{0} held").format(_step(p))


SENTENCES = {
	"came_back": _came_back,
	"promise_broken": lambda p, today: _("Promise of {0} broken {1}").format(_money(p), _ago(p["on"], today)),
	"promise_partly_kept": lambda p, today: _("Promise of {0} only partly kept {1}").format(
		_money(p), _ago(p["on"], today)
	),
	"message_uncertain": lambda p, today: _("Not known whether {0} went out").format(_step(p)),
	"message_failed": lambda p, today: _("{0} could not be sent").format(_step(p)),
	"message_to_approve": lambda p, today: _("{0} waits for approval").format(_step(p)),
	"promised_for_today": lambda p, today: _("{0} promised for today").format(_money(p)),
	"promise_passed": lambda p, today: _("Promise of {0} was due {1}").format(
		_money(p), _ago(p["on"], today)
	),
	"payment_to_review": lambda p, today: _("Payment of {0} to review").format(_money(p)),
	"overdue": _overdue,
	"payment_expected": lambda p, today: _("first payment expected {0}").format(formatdate(p["on"])),
	"over_limit": lambda p, today: _("Over limit by {0} %").format(p["percent"]),
	"action_due": lambda p, today: _("{0} due {1}").format(p["what"], _ago(p["on"], today)),
	"never_contacted": lambda p, today: _("never contacted"),
	"promised": lambda p, today: _("{0} promised by {1}").format(_money(p), formatdate(p["on"])),
	"in_dispute": lambda p, today: _("{0} in dispute").format(_money(p)),
	"paused": _paused,
	"message_held": _held,
	"message_leaves": lambda p, today: _("{0} is about to go out").format(_step(p)),
	"contacted": lambda p, today: _("contacted {0}").format(_ago(p["on"], today)),
	"in_hand": lambda p, today: _("{0} on {1}").format(p["what"], formatdate(p["on"])),
}
