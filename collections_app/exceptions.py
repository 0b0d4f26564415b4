"""Errors that callers tell apart. Each message is for the person at the desk."""

import frappe


class CollectionsError(frappe.ValidationError):
	"""Base of the app's own errors."""


class RunLockedError(CollectionsError):
	"""Another worker is doing this company's cycle right now."""


class RunOutdatedError(CollectionsError):
	"""A cycle was asked for a day before the last one done."""


class SettingsMissingError(CollectionsError):
	"""Something an administrator has to set up first."""


class ActionStateError(CollectionsError):
	"""The action's status does not allow what was asked."""


class DeliveryStoppedError(CollectionsError):
	"""Deliveries to this customer are stopped until it has paid."""


class CreditCheckError(CollectionsError):
	"""A credit check is against an order or a delivery."""


class CashPostingError(CollectionsError):
	"""A bank payment could not be posted as matched."""


class ReceiverError(CollectionsError):
	"""A customer's messages cannot go to the customer chosen."""


class ChargeBookingError(CollectionsError):
	"""Charges could not be booked as the letter says them."""


class FateUnknownError(CollectionsError):
	"""A provider was called, and nobody can know whether it took the message: it must not be sent again."""
