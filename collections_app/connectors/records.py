"""The dataclasses that streams yield and actions take, one family a target.

Amounts are Decimals in the currency named beside them, days are dates, times are aware datetimes. What a provider does
not say stays None or empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from collections_app.engine.statements import BankLine, Statement

__all__ = [
	"Action",
	"BankLine",
	"Candidate",
	"Cover",
	"CoverRequest",
	"CreditReport",
	"CustomerField",
	"MessageStatus",
	"OutgoingMessage",
	"OverdueNotice",
	"Payment",
	"PaymentLinkRequest",
	"Payout",
	"PayoutLine",
	"PostalAddress",
	"Pushed",
	"Statement",
	"Subject",
]

# states of a message, in the words of the outbox
MESSAGE_STATES = ("Sending", "Sent", "Delivered", "Proved", "Failed", "Uncertain")


@dataclass(frozen=True)
class CreditReport:
	"""Target `credit_report`. `score_0_100`: 100 is best, whatever the provider's own scale (`provider_score` keeps it).
	`probability_of_default`: 0 to 1. `customer_id` is the provider's; `tax_id` and `name` help to find ours, `customer` is ours
	where the provider was asked about it; `registration_number` is that of the company's register. `file`: the report as a document."""

	customer_id: str
	provider: str
	reported_on: date
	score_0_100: float | None = None
	provider_score: str = ""
	credit_limit: Decimal | None = None
	currency: str = ""
	probability_of_default: float | None = None
	valid_until: date | None = None
	summary: str = ""
	details: Mapping[str, Any] = field(default_factory=dict)
	tax_id: str = ""
	name: str = ""
	file: bytes = b""
	file_name: str = ""
	customer: str = ""
	registration_number: str = ""


@dataclass(frozen=True)
class Cover:
	"""Target `cover`: what a credit insurer covers for one buyer. `status`: Active, Requested, Reduced, Refused, Cancelled,
	Expired. `customer_id` is the insurer's; `tax_id` and `name` help to find ours."""

	customer_id: str
	insurer: str
	amount: Decimal
	currency: str
	status: str
	valid_from: date | None = None
	valid_until: date | None = None
	reference: str = ""
	named: bool = True
	reason: str = ""
	tax_id: str = ""
	name: str = ""


@dataclass(frozen=True)
class MessageStatus:
	"""Target `message_status`: what became of a message, by the `reference` that `push` returned. `unreachable`: it failed
	because nothing reaches this number or address. `cost`: what it cost, where that is known by now."""

	reference: str
	state: str
	at: datetime | None = None
	detail: str = ""
	proof: bytes = b""
	proof_name: str = ""
	unreachable: bool = False
	cost: Decimal | None = None
	currency: str = ""


@dataclass(frozen=True)
class CustomerField:
	"""Target `customer_field`: one value of one customer. `customer_id` is the provider's; `tax_id`, `name` and `email`
	help to find ours."""

	customer_id: str
	fieldname: str
	value: str
	tax_id: str = ""
	name: str = ""
	email: str = ""
	changed_at: datetime | None = None


@dataclass(frozen=True)
class Payment:
	"""Target `payment`: a payment through a link or a payment provider, `invoice` as it was named to the provider.

	`reference` is the same whatever is said of that payment, later a refund, too. `status`: Paid, Pending, Failed, or
	Refunded: then `amount` is what was given back up to now. `fee` is what the provider kept, in the same currency. `link` is
	the provider's id of the link, `key` that of the action which made it.
	"""

	reference: str
	amount: Decimal
	currency: str
	status: str
	paid_on: date | None = None
	invoice: str = ""
	customer_id: str = ""
	payer: str = ""
	fee: Decimal = Decimal(0)
	link: str = ""
	key: str = ""


@dataclass(frozen=True)
class PayoutLine:
	"""A part of a payout, in its currency. `kind`: Payment, Refund, Chargeback, Fee, Other; `net` is `amount` less `fee`,
	negative where it makes the payout smaller. `payment` is the `reference` of the Payment, where it is about one."""

	entry_id: str
	kind: str
	amount: Decimal
	fee: Decimal
	net: Decimal
	payment: str = ""


@dataclass(frozen=True)
class Payout:
	"""Target `payout`: what a payment provider transfers to the bank. `status`: In Transit, Paid, Failed. `lines` are all it
	is made of; none where the provider does not say."""

	reference: str
	amount: Decimal
	currency: str
	status: str
	arrives_on: date
	statement_text: str = ""
	lines: tuple[PayoutLine, ...] = ()


@dataclass(frozen=True)
class PostalAddress:
	"""Where a letter goes; `country` is the ISO 3166 alpha-2 code."""

	name: str
	line1: str
	city: str
	country: str
	postal_code: str = ""
	line2: str = ""
	state: str = ""


@dataclass(frozen=True)
class OutgoingMessage:
	"""Data of the sending actions. `to` is an e-mail address or a number in E.164; a letter has `address` and `pdf`."""

	to: str = ""
	subject: str = ""
	text: str = ""
	html: str = ""
	pdf: bytes = b""
	pdf_name: str = "letter.pdf"
	address: PostalAddress | None = None
	sender: str = ""
	registered: bool = False
	color: bool = False
	duplex: bool = True


@dataclass(frozen=True)
class PaymentLinkRequest:
	"""Data of `create_payment_link`."""

	amount: Decimal
	currency: str
	invoice: str
	description: str
	customer_id: str = ""
	email: str = ""
	expires_on: date | None = None


@dataclass(frozen=True)
class Subject:
	"""A customer of ours (`customer`) that a provider is asked about: data of `identify` and `order_report`, and what is lent
	to a connector that watches customers. `country`: ISO 3166 alpha-2. `customer_id`: the provider's number, once a person or
	a tax ID told which it is. `reported_on`: the day of the last report that this connection brought. `order`: the provider's
	number of the report that is ordered (`follow_report`)."""

	customer: str
	name: str = ""
	tax_id: str = ""
	registration_number: str = ""
	country: str = ""
	customer_id: str = ""
	reported_on: date | None = None
	order: str = ""


@dataclass(frozen=True)
class Candidate:
	"""A company that may be the one a provider was asked to identify; `customer_id` is the provider's number of it."""

	customer_id: str
	name: str = ""
	tax_id: str = ""
	registration_number: str = ""
	country: str = ""
	address: str = ""
	status: str = ""


@dataclass(frozen=True)
class CoverRequest:
	"""Data of `request_cover`. `change`: Request (a new cover), Raise, Lower or Cancel. `reference`: the insurer's of the
	cover to be changed; `amount`: what is to be covered from then on, in `currency`."""

	change: str
	customer_id: str
	amount: Decimal
	currency: str
	reference: str = ""
	policy: str = ""


@dataclass(frozen=True)
class OverdueNotice:
	"""Data of `declare_overdue`: what a buyer owes overdue in all, in `currency`, its oldest due date and that `document`.
	`reference`: the insurer's of the cover."""

	customer_id: str
	amount: Decimal
	currency: str
	due_date: date
	document: str
	reference: str = ""
	policy: str = ""


@dataclass(frozen=True)
class Action:
	"""One thing to do. `kind` is one of the manifest's actions; `key` is ours, the same on each attempt, and serves as
	the provider's idempotency key where it has one. `data`: OutgoingMessage, PaymentLinkRequest, CustomerField (or a list of one
	customer's), Subject, CoverRequest, OverdueNotice, or a mapping
	(`log_activity`: customer_id, text, at; `deactivate_payment_link`: reference)."""

	kind: str
	key: str
	data: Any


@dataclass(frozen=True)
class Pushed:
	"""What the provider answered: its `reference` to ask for later, the state reached, a `url` (payment link).
	`answers`: what it said at once: Candidates (`identify`), a CreditReport (`order_report`, `follow_report`), the last day of
	a monitoring that ends by itself (`monitor`)."""

	reference: str
	state: str = "Sent"
	url: str = ""
	detail: str = ""
	cost: Decimal | None = None
	currency: str = ""
	answers: tuple[Any, ...] = ()
