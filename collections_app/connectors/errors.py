"""What can go wrong with a connector, told apart by what is to be done about it.

Each message is for the person at the desk: a template with its values, `DataError("{0} is no ID.", company)`. What a provider
says itself is a value. `str(error)` is the English sentence, for logs; services say `error.text` in the reader's language
(`services/texts.py`). `status` is the HTTP status where there was one.
"""

from datetime import datetime
from typing import Any

from collections_app.engine.texts import Text


class ConnectorError(Exception):
	"""Base of a connector's errors."""

	def __init__(self, message: str = "", *values: Any, status: int | None = None):
		super().__init__(Text(message, *values))
		self.status = status

	@property
	def text(self) -> Text:
		return self.args[0]


class ConfigurationError(ConnectorError):
	"""An administrator has to change something; trying again without that is useless."""


class ConsentError(ConfigurationError):
	"""The account holder has to give consent (again); the form's Connect button does that."""


class TransientError(ConnectorError):
	"""The other side is out of reach for now; a later attempt, not before `next_allowed`, may succeed.

	`may_have_worked`: a request with an idempotency key got no clear answer, so it may have taken effect. It may be repeated
	with that key, but must not be thought undone.
	"""

	may_have_worked = False
	# no connection ever stood
	never_sent = False

	def __init__(
		self,
		message: str = "",
		*values: Any,
		status: int | None = None,
		next_allowed: datetime | None = None,
	):
		super().__init__(message, *values, status=status)
		self.next_allowed = next_allowed


class RateLimitError(TransientError):
	"""Nothing was done: the provider takes the next call at `next_allowed`."""

	def __init__(self, message: str, *values: Any, next_allowed: datetime, status: int | None = None):
		super().__init__(message, *values, status=status, next_allowed=next_allowed)


class UncertainError(ConnectorError):
	"""A request that may not be repeated got no clear answer: it may or may not have taken effect."""


class DataError(ConnectorError):
	"""The provider refuses or garbles this one thing; other things may go through."""


class UnsupportedError(ConnectorError):
	"""The manifest does not offer this verb."""


def reason_of(error: BaseException) -> str:
	"""What an error says: of one of ours the Text, of Python's own its words."""
	return error.text if isinstance(error, ConnectorError) else str(error)
