"""What the steps of one pass share: the day, the frames already read, counts and messages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

import frappe

from collections_app.engine.frames import effective_due_date
from collections_app.services import customers, history, receivables, settings

INFO, WARNING, ERROR = "Info", "Warning", "Error"


@dataclass
class Message:
	"""One line for the person who reads the run."""

	severity: str
	step: str
	message: str
	reference_doctype: str | None = None
	reference_name: str | None = None


@dataclass
class StepResult:
	"""What a step did, in counts, and how long it took."""

	step: str
	status: str = "Done"
	counts: dict[str, Any] = field(default_factory=dict)
	summary: str = ""
	seconds: float = 0.0


@dataclass
class RunContext:
	"""One pass for one company and day.

	`dry_run`: everything is worked out in one transaction that is rolled back; nothing leaves the site.
	`run`: name of the Collection Run, None in a rehearsal.
	"""

	company: str
	run_date: date
	run: str | None = None
	dry_run: bool = False
	on_progress: Callable[[str, float], None] | None = None
	# only what these customers owe is read, for a pass over a few messages; None: all
	debtors: list[str] | None = None
	messages: list[Message] = field(default_factory=list)
	results: list[StepResult] = field(default_factory=list)
	step: str = ""
	# customer -> the plan whose A/B test drew it, once plans are chosen
	split_of: dict[str, str] = field(default_factory=dict)
	# the open items with their predicted payment, and by which model: see services.prediction
	predicted: tuple[pd.DataFrame, str | None] | None = None

	@cached_property
	def currency(self) -> str:
		return settings.company_currency(self.company)

	@cached_property
	def items(self) -> pd.DataFrame:
		"""Open items now (see receivables.ITEM_COLUMNS); the posting date stands in for a missing due date."""
		items = receivables.open_items(self.company, customers=self.debtors)
		return items.assign(due_date=effective_due_date(items))

	@cached_property
	def history(self) -> pd.DataFrame:
		return history.payment_history(self.company, self.run_date)

	@cached_property
	def customers(self) -> pd.DataFrame:
		"""Master data, indexed by customer: of everyone with an open item or an invoice in the history, and of those who
		receive their messages."""
		names = pd.concat([self.items["customer"], self.history["customer"]]).unique()
		frame = customers.customer_frame(names)
		others = set(frame["receiver"].dropna()) - {"", *names}
		if others:
			frame = pd.concat([frame, customers.customer_frame(others)], ignore_index=True)
		return frame.set_index("customer", drop=False)

	@cached_property
	def addressed(self) -> pd.DataFrame:
		"""The open items with `customer`: who gets the messages about them, and `debtor`: who owes them."""
		receiver = self.customers["receiver"].replace("", None)
		to = receiver.where(receiver.isin(self.customers.index)).dropna()
		debtor = self.items["customer"]
		return self.items.assign(debtor=debtor, customer=debtor.map(to).fillna(debtor))

	def forget(self) -> None:
		"""Drops the frames: a step changed the ledger."""
		for name in ("items", "history", "customers", "addressed"):
			self.__dict__.pop(name, None)
		self.predicted = None

	def checkpoint(self) -> None:
		"""Keeps the work done so far, so that a later failure costs nothing done before."""
		if not self.dry_run:
			frappe.db.commit()  # nosemgrep: a run is made of many small transactions by design

	def savepoint_failed(self, savepoint: str) -> None:
		frappe.db.rollback(save_point=savepoint)

	def tell(self, severity: str, message: str, doctype: str | None = None, name: str | None = None) -> None:
		"""Adds a message, once."""
		line = Message(severity, self.step, message, doctype, name)
		if line not in self.messages:
			self.messages.append(line)

	def progress(self, done: int, total: int) -> None:
		"""Progress inside the running step."""
		if self.on_progress and total:
			self.on_progress(self.step, done / total)
