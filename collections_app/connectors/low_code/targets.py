"""What each target takes: the one table that the form, the validation and the docs share.

A mapped row is turned into the dataclass of its target (`connectors/records.py`) by `build.py`; most fields here are fields of
that dataclass, a few (a direction, a scale) say how to read others.
"""

from dataclasses import dataclass

from collections_app.connectors.records import MESSAGE_STATES

# kinds of values: how `values.py` reads them
TEXT, AMOUNT, NUMBER, DATE, TIME, YES_NO, CURRENCY, CHOICE, ANY = (
	"text",
	"amount",
	"number",
	"date",
	"time",
	"yes_no",
	"currency",
	"choice",
	"any",
)


@dataclass(frozen=True)
class TargetField:
	"""One field of a target. `usual`: most APIs have it, so that a new mapping begins with it."""

	name: str
	label: str
	kind: str
	help: str = ""
	required: bool = False
	usual: bool = False
	choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
	"""`one_of`: at least one of these fields is mapped. `prefix`: fields of that beginning are free (customer.phone)."""

	name: str
	label: str
	fields: tuple[TargetField, ...]
	one_of: tuple[str, ...] = ()
	prefix: str = ""

	def field(self, name: str) -> TargetField | None:
		if self.prefix and name.startswith(self.prefix) and name != self.prefix:
			return TargetField(name, name.removeprefix(self.prefix), TEXT)
		return next((one for one in self.fields if one.name == name), None)


def must(name: str, label: str, kind: str, help: str = "", **more) -> TargetField:
	return TargetField(name, label, kind, help, required=True, usual=True, **more)


def usual(name: str, label: str, kind: str, help: str = "", **more) -> TargetField:
	return TargetField(name, label, kind, help, usual=True, **more)


may = TargetField

IDENTITY = may(
	"external_id",
	"Record ID",
	TEXT,
	"The service's own id of the record; otherwise made of what identifies it.",
)
# a record of a customer that nobody has told apart yet
FINDS_CUSTOMER = (
	usual("tax_id", "Tax ID", TEXT, "Finds the customer the first time."),
	usual("name", "Name", TEXT, "Finds the customer the first time, where it is exactly the same."),
)
DIRECTIONS = ("Credit", "Debit")
COVER_STATES = ("Active", "Requested", "Reduced", "Refused", "Cancelled", "Expired")
PAYMENT_STATES = ("Paid", "Pending", "Failed", "Refunded")
CUSTOMER_PREFIX = "customer."

TARGETS: dict[str, Target] = {
	one.name: one
	for one in (
		Target(
			"bank_statement",
			"Bank Transactions",
			(
				usual(
					"external_id",
					"Transaction ID",
					TEXT,
					"The bank's own id, always the same; without one it is made of date, amount and text.",
				),
				must("booking_date", "Booking Date", DATE),
				may("value_date", "Value Date", DATE, "The booking date where the row has none."),
				usual(
					"amount",
					"Amount",
					AMOUNT,
					"Positive is money received, unless a direction says otherwise.",
				),
				may(
					"direction",
					"Direction",
					CHOICE,
					"Credit (CRDT, C, +, in) or Debit (DBIT, D, -, out); it alone decides the sign of the amount.",
					choices=DIRECTIONS,
				),
				may("paid_in", "Paid In", AMOUNT, "Where money received has a column of its own."),
				may("paid_out", "Paid Out", AMOUNT, "Where money spent has a column of its own."),
				usual("currency", "Currency", CURRENCY, "That of the account where the row has none."),
				usual("counterparty_name", "Name of the Other Party", TEXT),
				usual("counterparty_iban", "IBAN of the Other Party", TEXT),
				may("counterparty_bic", "BIC of the Other Party", TEXT),
				usual("end_to_end_id", "End-to-End ID", TEXT),
				usual("remittance", "Remittance Information", TEXT, "Several texts: [text1, text2]."),
				may("structured_reference", "Structured Reference", TEXT, "A creditor reference alone."),
				may("bank_transaction_code", "Bank Transaction Code", TEXT),
				may(
					"is_reversal",
					"Takes an Earlier One Back",
					YES_NO,
					"Without it the bank transaction code decides.",
				),
				may(
					"return_reason",
					"Reason of a Return",
					TEXT,
					"Its code, such as AC04, where a payment came back.",
				),
				may("instructed_amount", "Instructed Amount", AMOUNT, "Where another amount was ordered."),
				may("instructed_currency", "Instructed Currency", CURRENCY),
				may(
					"account",
					"Account of the Row",
					TEXT,
					"Where one list holds several accounts: id or IBAN. Rows of other accounts are left out.",
				),
			),
			one_of=("amount", "paid_in", "paid_out"),
		),
		Target(
			"credit_report",
			"Credit Reports",
			(
				must("customer_id", "Customer ID", TEXT, "The customer's id at the service."),
				*FINDS_CUSTOMER,
				may(
					"registration_number",
					"Registration Number",
					TEXT,
					"Of the company's register. Fills the customer's where that is empty.",
				),
				must("reported_on", "Reported On", DATE, "A constant {{today}} where the row has no date."),
				usual("score", "Score", NUMBER, "On the scale of the next two fields."),
				may("score_worst", "Worst Score", NUMBER, "0 unless said; may be above the best one."),
				may("score_best", "Best Score", NUMBER, "100 unless said."),
				usual(
					"provider_score", "Score in the Provider's Words", TEXT, "The rating class, for example."
				),
				usual("credit_limit", "Credit Limit", AMOUNT),
				usual("currency", "Currency", CURRENCY, "Required with a credit limit."),
				may("probability_of_default", "Probability of Default", NUMBER, "Between 0 and 1."),
				may("probability_percent", "Probability of Default in Percent", NUMBER, "Between 0 and 100."),
				may("valid_until", "Valid Until", DATE),
				usual("summary", "Summary", TEXT),
				may(
					"details", "Details", ANY, "An object, kept as it is: {employees: staff, founded: year}."
				),
				may("provider", "Provider", TEXT, "The connector's name unless said."),
				IDENTITY,
			),
			one_of=(
				"score",
				"provider_score",
				"credit_limit",
				"probability_of_default",
				"probability_percent",
			),
		),
		Target(
			"cover",
			"Credit Covers",
			(
				must("customer_id", "Customer ID", TEXT, "The buyer's id at the insurer."),
				*FINDS_CUSTOMER,
				must("amount", "Amount", AMOUNT, "What is covered."),
				must("currency", "Currency", CURRENCY),
				must("status", "Status", CHOICE, choices=COVER_STATES),
				usual("valid_from", "Valid From", DATE),
				usual("valid_until", "Valid Until", DATE),
				usual("reference", "Reference", TEXT, "The cover's own id or number."),
				may("named", "Named Cover", YES_NO, "Yes unless said."),
				may("reason", "Reason", TEXT),
				may("insurer", "Insurer", TEXT, "The connector's name unless said."),
				IDENTITY,
			),
		),
		Target(
			"message_status",
			"Message Statuses",
			(
				must("reference", "Reference", TEXT, "The id that the service gave the message."),
				must("state", "State", CHOICE, choices=MESSAGE_STATES),
				usual("at", "At", TIME),
				usual("detail", "Detail", TEXT, "Why it failed, for example."),
				may("unreachable", "Unreachable", YES_NO, "It failed because nothing reaches that address."),
				may("cost", "Cost", AMOUNT),
				may("currency", "Currency", CURRENCY, "That of the cost."),
				IDENTITY,
			),
		),
		Target(
			"customer_field",
			"Customer Fields",
			(
				must("customer_id", "Customer ID", TEXT, "The customer's id at the service."),
				*FINDS_CUSTOMER,
				may("email", "E-mail", TEXT),
				usual("changed_at", "Changed At", TIME),
			),
			prefix=CUSTOMER_PREFIX,
		),
		Target(
			"payment",
			"Payments",
			(
				must("reference", "Reference", TEXT, "The payment's own id."),
				must("amount", "Amount", AMOUNT),
				must("currency", "Currency", CURRENCY),
				must("status", "Status", CHOICE, choices=PAYMENT_STATES),
				usual("paid_on", "Paid On", DATE),
				usual("invoice", "Invoice", TEXT, "The invoice's number as it was given to the service."),
				may("customer_id", "Customer ID", TEXT),
				usual("payer", "Payer", TEXT),
				may("fee", "Fee", AMOUNT, "What the service keeps, in the same currency."),
				may("link", "Link", TEXT, "The id of the payment link."),
				may("key", "Key", TEXT, "What we gave the service to know the payment link by."),
				IDENTITY,
			),
		),
	)
}
