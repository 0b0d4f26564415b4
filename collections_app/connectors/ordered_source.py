"""Base of the bureaus that need time for a report: it is ordered once, its order followed, and the report fetched when it is ready.

`order_report` only orders: its answer names the order. `follow_report` asks for it by that number (`Subject.order`); where the
answer was lost, `find` looks for our own reference. Both bring the report once it is there.
"""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime

from collections_app.connectors.base import (
	Action,
	DataError,
	Discovery,
	MessageStatus,
	Pushed,
	TransientError,
	UncertainError,
)
from collections_app.connectors.company_source import UNREADABLE
from collections_app.connectors.errors import reason_of
from collections_app.connectors.monitored_source import EVENTS, MonitoredSource
from collections_app.connectors.records import CreditReport, Subject
from collections_app.engine.texts import Text, joined

ORDER, FOLLOW = "order_report", "follow_report"
PENDING, READY, REFUSED = "Sent", "Delivered", "Failed"
# the bureau does not show it: not yet, or it never became an order
NOT_SHOWN = "Uncertain"


@dataclass(frozen=True)
class Order:
	"""An order: the bureau's `reference`, its `state` (PENDING, READY, REFUSED, NOT_SHOWN), what is ready (`publication`), and in `detail`
	when it is expected or why it is refused."""

	reference: str
	state: str = PENDING
	publication: str = ""
	detail: str = ""


class OrderedSource(MonitoredSource):
	"""A source says `place`, `order_of`, `search` and `fetch`. Its manifest has the actions `order_report` and `follow_report`."""

	@abstractmethod
	def place(self, subject: Subject, number: str, key: str) -> Order:
		"""Orders a report, with our `key` as reference. It is not repeated."""

	@abstractmethod
	def order_of(self, reference: str) -> Order:
		"""An order by the bureau's reference."""

	@abstractmethod
	def search(self, number: str, key: str, since: datetime) -> Order | None:
		"""The order placed with our `key` since then; None where it is not shown."""

	@abstractmethod
	def fetch(self, order: Order, subject: Subject, number: str) -> CreditReport:
		"""The report of an order that is ready."""

	def discover(self) -> Discovery:
		self._settings()
		return Discovery((EVENTS,))

	def report(self, subject: Subject, number: str) -> CreditReport:
		"""The report of the order that is open. DataError where there is none, or it is not ready."""
		if not subject.order:
			raise DataError("{0}: no report is ordered.", self.manifest.label)
		order = self.order_of(subject.order)
		if order.state != READY:
			not_ready = Text("{0}: the report is not ready.", self.manifest.label)
			raise DataError(joined(" ", filter(None, (not_ready, order.detail))))
		return self.fetch(order, subject, number)

	def push(self, action: Action) -> Pushed:
		if action.kind not in (ORDER, FOLLOW):
			return super().push(action)
		number = self.number_of(action.data)
		if action.kind == ORDER:
			order = self.place(action.data, number, action.key)
			return Pushed(order.reference, PENDING, detail=order.detail)
		return self._told(self.order_of(action.data.order), action.data, number)

	def find(self, action: Action, since: datetime) -> Pushed | None:
		"""Of an order whose answer was lost. It is never placed anew: what is not shown yet may be shown later."""
		number = self.number_of(action.data)
		order = self.search(number, action.key, since)
		if not order:
			raise UncertainError(
				"{0} shows no order with the reference {1}.", self.manifest.label, action.key
			)
		return self._told(order, action.data, number)

	def status(self, reference: str) -> MessageStatus:
		order = self.order_of(reference)
		return MessageStatus(reference, order.state, detail=order.detail)

	def _told(self, order: Order, subject: Subject, number: str) -> Pushed:
		if order.state != READY:
			return Pushed(order.reference, order.state, detail=order.detail)
		try:
			report = self.fetch(order, subject, number)
		except UNREADABLE as error:
			# it is paid for: nothing that is said of it is taken for a refusal
			raise TransientError(
				"{0}: the report is not readable ({1}).", self.manifest.label, reason_of(error)
			) from None
		return Pushed(order.reference, READY, answers=(report,))
