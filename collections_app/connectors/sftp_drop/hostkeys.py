"""Host keys: how a server proves that it is the bank's. Nothing is sent to one whose key is not the one that was entered."""

import base64
import binascii
import hashlib
import re

from paramiko import PKey

from collections_app.connectors.errors import ConfigurationError

KEY_LINE = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk)-[\w.@-]+)\s+([A-Za-z0-9+/]+=*)")
FINGERPRINT = re.compile(r"(?:SHA256:)?([A-Za-z0-9+/]{43})=?")


def fingerprint(key: PKey) -> str:
	"""As OpenSSH writes it: SHA256 and base64 without padding."""
	return _of_blob(key.asbytes())


def check_host_key(key: PKey, entered: str, host: str) -> None:
	"""ConfigurationError unless the server's key is one of those entered (fingerprints or public key lines)."""
	found = f"{key.get_name()} {fingerprint(key)}"
	if not entered.strip():
		raise ConfigurationError(
			"The server {0} shows the host key {1}. Compare it with the one your bank tells you, then enter it "
			"under Credentials as Host Key Fingerprint. Nothing was sent to the server.",
			host,
			found,
		)
	if fingerprint(key) not in accepted(entered):
		raise ConfigurationError(
			"The server {0} shows another host key ({1}) than the one entered. It may not be your bank's server: "
			"ask your bank, and enter the new fingerprint only when it confirms it. Nothing was sent to the server.",
			host,
			found,
		)


def accepted(entered: str) -> set[str]:
	"""The fingerprints that an administrator entered, one or more. ConfigurationError when there is none in it."""
	found = set()
	for line in entered.replace(",", "\n").splitlines():
		if match := KEY_LINE.search(line):
			try:
				found.add(_of_blob(base64.b64decode(match[2], validate=True)))
			except binascii.Error:
				raise ConfigurationError("Host Key Fingerprint: the public key is cut off.") from None
			continue
		found |= {f"SHA256:{match[1]}" for word in line.split() if (match := FINGERPRINT.fullmatch(word))}
	if not found:
		raise ConfigurationError(
			"Host Key Fingerprint: enter it as SHA256:… (43 letters and digits) or as the server's public key line. "
			"MD5 fingerprints are not safe and not taken."
		)
	return found


def _of_blob(blob: bytes) -> str:
	return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
