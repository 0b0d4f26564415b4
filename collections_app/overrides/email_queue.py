"""Frappe's Email Queue, which sends a message of the outbox once and never again."""

import frappe
from frappe.email.doctype.email_queue.email_queue import EmailQueue
from frappe.utils import get_hook_method

from collections_app.services.outbox import transmit


class OutboxEmailQueue:
	"""Mixed into the Email Queue's class; every mail that is not the outbox's goes the framework's own way."""

	def send(self, smtp_server_instance=None, *args, **kwargs):
		action = transmit.action_of(self)
		if not action:
			return super().send(smtp_server_instance, *args, **kwargs)
		hold = transmit.claim(self.name, action)
		if not hold:
			return None
		try:
			# another worker may have sent it between our reading and our claim
			self.reload()
			if self._is_sent_by_others():
				hold.begin(transmit.ANYONE)
			server = smtp_server_instance or self._own_server
			result = super().send(transmit.WatchedServer(server, hold), *args, **kwargs)
		except transmit.AlreadyTakenError:
			frappe.db.rollback()
			return None
		except transmit.DeliveryUnknownError:
			hold.unknown()
			raise
		except Exception:
			if self._is_sent_by_others():
				hold.unknown()
			else:
				hold.release()
			raise
		hold.release()
		return result

	def _own_server(self):
		return self.get_email_account(raise_error=True).get_smtp_server()

	def _is_sent_by_others(self) -> bool:
		"""By another app's hook or by a web API: what happens there cannot be watched, only when it begins."""
		if get_hook_method("override_email_send"):
			return True
		account = self.get_email_account()
		return bool(account and account.get("service") == "Frappe Mail")


class CollectionsEmailQueue(OutboxEmailQueue, EmailQueue):
	"""The class as a whole, for frameworks that know no mixing in."""
