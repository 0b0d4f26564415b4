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
	"Cover",
	"CreditReport",
	"CustomerField",
	"MessageStatus",
	"OutgoingMessage",
	"Payment",
	"PaymentLinkRequest",
	"PostalAddress",
	"Pushed",
	"Statement",
]

# states of a message, in the words of the outbox
MESSAGE_STATES = ("Sending", "Sent", "Delivered", "Proved", "Failed", "Uncertain")


@dataclass(frozen=True)
class CreditReport:
	"""Target `credit_report`. `score_0_100`: 100 is best, whatever the provider's own scale (`provider_score` keeps it)."""

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


@dataclass(frozen=True)
class Cover:
	"""Target `cover`: what a credit insurer covers for one buyer. `status`: Active, Requested, Reduced, Cancelled, Expired."""

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


@dataclass(frozen=True)
class MessageStatus:
	"""Target `message_status`: what became of a message, by the `reference` that `push` returned."""

	reference: str
	state: str
	at: datetime | None = None
	detail: str = ""
	proof: bytes = b""
	proof_name: str = ""


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

	`status`: Paid, Pending, Failed, Refunded. `fee` is what the provider kept, in the same currency.
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
class Action:
	"""One thing to do. `kind` is one of the manifest's actions; `key` is ours, the same on each attempt, and serves as
	the provider's idempotency key where it has one. `data`: OutgoingMessage, PaymentLinkRequest, CustomerField, or a mapping."""

	kind: str
	key: str
	data: Any


@dataclass(frozen=True)
class Pushed:
	"""What the provider answered: its `reference` to ask for later, the state reached, a `url` (payment link)."""

	reference: str
	state: str = "Sent"
	url: str = ""
	detail: str = ""
	cost: Decimal | None = None
	currency: str = ""
