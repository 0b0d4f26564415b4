"""The variables a letter may use: the one list that the check at save, the help, the samples and the docs follow."""

from __future__ import annotations

from dataclasses import dataclass, field


def _(text: str) -> str:
	"""Marks a text for the translation files; whoever shows it translates it."""
	return text


TEXT, NUMBER, RECORD, LIST = "text", "number", "record", "list"


@dataclass(frozen=True)
class Variable:
	"""`kind`: TEXT, NUMBER, RECORD (has `fields`) or LIST (its entries have `fields`); `fields`: name -> TEXT or NUMBER.

	`optional`: may be empty, so a letter asks `{% if ... %}` first.
	"""

	name: str
	kind: str
	label: str
	fields: dict[str, str] = field(default_factory=dict)
	optional: bool = False


PERSON = {"full_name": TEXT, "email": TEXT, "phone": TEXT}
ITEM = {
	"invoice": TEXT,
	"po_no": TEXT,
	"posting_date": TEXT,
	"due_date": TEXT,
	"days_overdue": NUMBER,
	"currency": TEXT,
	"outstanding": TEXT,
	"interest": TEXT,
	"indemnity": TEXT,
}
PROMISE = {"amount": TEXT, "due_on": TEXT, "promised_by": TEXT, "instalments": LIST}
# the entries of lists inside a record, by the field's name
ENTRIES = {"instalments": {"amount": TEXT, "due_on": TEXT}}

VARIABLES: tuple[Variable, ...] = (
	Variable("customer", RECORD, _("The customer"), {"customer_name": TEXT, "name": TEXT}),
	Variable("contact_name", TEXT, _("The person written to"), optional=True),
	Variable("company", RECORD, _("Your company"), {"name": TEXT, "email": TEXT, "phone": TEXT}),
	Variable("items_table", TEXT, _("The table of open items, with the charges below it. Insert it once")),
	Variable("items", LIST, _("The open items, to loop over"), ITEM),
	Variable("item_count", NUMBER, _("How many items there are")),
	Variable("total", TEXT, _("The sum of all items")),
	Variable("total_overdue", TEXT, _("The sum of the overdue items")),
	Variable("interest", TEXT, _("Late interest of all items"), optional=True),
	Variable("indemnity", TEXT, _("Fixed indemnity of all items"), optional=True),
	Variable("fee", TEXT, _("The reminder fee"), optional=True),
	Variable("total_with_charges", TEXT, _("The sum of all items with these charges")),
	Variable("currency", TEXT, _("The currency of the message")),
	Variable(
		"oldest_days_overdue", NUMBER, _("Days the oldest item is overdue, negative before its due date")
	),
	Variable("level", NUMBER, _("The step's number in the dunning plan")),
	Variable("tone", TEXT, _("The tone of the step, else of the letter: Friendly, Neutral, Firm or Final")),
	Variable("promise", RECORD, _("The promise to pay that is open"), PROMISE, optional=True),
	Variable("pay_by", TEXT, _("The date to pay by")),
	Variable("today", TEXT, _("The date of the letter")),
	Variable("reference", TEXT, _("The number of the Collection Action")),
	Variable("collector", RECORD, _("Who looks after the customer"), PERSON, optional=True),
	Variable("payment_link", TEXT, _("The address where the customer pays this online"), optional=True),
	Variable(
		"bank_account",
		RECORD,
		_("Where to pay to"),
		{"account_name": TEXT, "bank": TEXT, "iban": TEXT, "bic": TEXT},
		optional=True,
	),
)
BY_NAME = {variable.name: variable for variable in VARIABLES}
