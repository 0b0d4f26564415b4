"""How the news say it: one change as a sentence with its tone and the list behind it."""

from frappe import _
from frappe.utils import fmt_money

from collections_app.services.cockpit.scope import Scope

GOOD, BAD, NEUTRAL = "good", "bad", "neutral"


def item(text: str, tone: str, route: list, options: dict | None = None) -> dict:
	return {"text": text, "tone": tone, "route": route, "options": options or {}}


def money(scope: Scope, amount: float) -> str:
	return fmt_money(amount, precision=0, currency=scope.currency)


def joined(parts: list[str]) -> str:
	return parts[0] if len(parts) == 1 else _("{0} and {1}").format(", ".join(parts[:-1]), parts[-1])
