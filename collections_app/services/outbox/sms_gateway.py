"""The HTTP call to the gateway of Frappe's SMS Settings, so that its outcome is known.

Frappe's own `send_sms` has no timeout and does not tell a refusal from an answer that got lost; a reminder needs both.
"""

import json

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

import frappe
from frappe import _

from collections_app.exceptions import ActionStateError, FateUnknownError, SettingsMissingError

# seconds to connect, and to wait for the answer
TIMEOUT = (5, 20)
# where gateways name their own number of a message
REFERENCES = ("message_id", "messageId", "message-id", "sid", "id", "reference")
REFERENCE_LENGTH = 140
ANSWER_LENGTH = 200
# how OpenSSL names what ends a connection before anything is sent
HANDSHAKE = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HANDSHAKE_FAILURE", "UNSUPPORTED_PROTOCOL")


def settings():
	"""SMS Settings. SettingsMissingError where the gateway or one of its parameters is not set."""
	found = frappe.get_cached_doc("SMS Settings")
	if not (found.sms_gateway_url and found.message_parameter and found.receiver_parameter):
		raise SettingsMissingError(
			_("SMS Settings name no gateway: text messages stay queued until they do.")
		)
	return found


def send(gateway, number: str, text: str) -> str:
	"""Hands one message to the gateway; its reference, if the answer names one.

	ActionStateError where it surely was not taken: no connection, a redirect, a 4xx. FateUnknownError where nobody can
	know: no answer in time, a connection cut after the request, a 5xx, an answer that is not HTTP.
	"""
	try:
		answer = requests.request(**_request(gateway, number, text), timeout=TIMEOUT, allow_redirects=False)
	except requests.RequestException as error:
		if _never_sent(error):
			frappe.throw(_("The SMS gateway cannot be reached: {0}").format(_name(error)), ActionStateError)
		raise FateUnknownError(
			_("It is not known whether the SMS gateway took the message: {0}").format(_name(error))
		) from error
	if 200 <= answer.status_code < 300:
		return _reference(answer)
	said = f"{answer.status_code} {answer.text[:ANSWER_LENGTH]}".strip()
	if answer.status_code >= 500:
		raise FateUnknownError(
			_("The SMS gateway failed while it had the message: {0}").format(frappe.utils.escape_html(said))
		)
	frappe.throw(
		_("The SMS gateway refused the message: {0}").format(frappe.utils.escape_html(said)), ActionStateError
	)


def _request(gateway, number: str, text: str) -> dict:
	"""The request as Frappe's SMS Settings describe it: parameters as query, form or JSON."""
	headers = {"Accept": "text/plain, text/html, */*"}
	values = {gateway.message_parameter: text}
	for row in gateway.parameters:
		(headers if row.header else values)[row.parameter] = row.value
	values[gateway.receiver_parameter] = number
	kind = "data" if gateway.use_post else "params"
	if headers.get("Content-Type") == "application/json":
		kind = "json"
	return {
		"method": "POST" if gateway.use_post else "GET",
		"url": gateway.sms_gateway_url.strip(),
		"headers": headers,
		kind: values,
	}


def _never_sent(error: requests.RequestException) -> bool:
	"""No connection was made, or the request could not even be built."""
	if isinstance(error, requests.ConnectTimeout | ValueError):
		return True
	if isinstance(error, requests.exceptions.SSLError):
		# also raised when an answer is cut, and then the message may have been taken
		return any(word in str(error) for word in HANDSHAKE)
	cause = error.args[0] if error.args else None
	reason = cause.reason if isinstance(cause, MaxRetryError) else cause
	return isinstance(reason, NewConnectionError)


def _name(error: requests.RequestException) -> str:
	"""What went wrong without the address, which may hold a password."""
	return type(error).__name__


def _reference(answer: requests.Response) -> str:
	try:
		said = json.loads(answer.text)
	except ValueError:
		return ""
	found = said if isinstance(said, dict) else {}
	return next((str(found[key])[:REFERENCE_LENGTH] for key in REFERENCES if found.get(key)), "")
