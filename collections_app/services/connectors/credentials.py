"""What an administrator entered for a connector, and its tokens: secrets lie encrypted where Frappe keeps passwords,
outside the document, so that no form, export, version or log ever holds them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.password import delete_all_passwords_for, get_decrypted_password, set_encrypted_password
from frappe.utils.synchronization import filelock

from collections_app.connectors.base import Manifest, Token, TransientError
from collections_app.services.run.errors import BUSY

DOCTYPE = "Connector Config"
CREDENTIALS, TOKENS = "credentials", "tokens"
LOCK_SECONDS = 60


def credentials_of(config, manifest: Manifest) -> dict[str, str]:
	"""Field name -> what was entered, secrets in clear: for the connector alone."""
	entered = {**json.loads(config.settings or "{}"), **_read(config.name, CREDENTIALS)}
	names = {one.name for one in manifest.fields}
	return {name: value for name, value in entered.items() if name in names and value}


def credential_state(config, manifest: Manifest) -> list[dict[str, Any]]:
	"""The fields as a form shows them: of a secret only whether it is there."""
	entered = credentials_of(config, manifest)
	return [
		{
			"name": one.name,
			"label": _(one.label),
			"secret": one.secret,
			"required": one.required,
			"multiline": one.multiline,
			"help": _(one.help) if one.help else "",
			"set": bool(entered.get(one.name) or one.default),
			"value": "" if one.secret else entered.get(one.name, one.default),
		}
		for one in manifest.fields
	]


def save_credentials(config, manifest: Manifest, values: Mapping[str, str]) -> None:
	"""Keeps what was entered. An empty secret leaves the old one. New credentials end the tokens of the old ones."""
	fields = {one.name: one for one in manifest.fields}
	if unknown := sorted(set(values) - set(fields)):
		frappe.throw(_("{0} has no field {1}.").format(_(manifest.label), ", ".join(unknown)))
	before = credentials_of(config, manifest)
	after = {**before}
	for name, value in values.items():
		value = (value or "").strip()
		if value or not fields[name].secret:
			after[name] = value
	for name in after:
		if before.get(name, "") != after[name] and not name.startswith("webhook"):
			FrappeTokens(config.name).expire_all()
			frappe.db.set_value(DOCTYPE, config.name, "state", None)
			break
	secret = {name: value for name, value in after.items() if fields[name].secret}
	shown = {name: value for name, value in after.items() if not fields[name].secret}
	_write(config.name, CREDENTIALS, secret)
	frappe.db.set_value(DOCTYPE, config.name, "settings", json.dumps(shown))
	config.reload()


class FrappeTokens:
	"""A connector's tokens. What a provider hands out is kept at once: a refresh token that was used is worth nothing,
	whatever becomes of the work around it."""

	def __init__(self, config: str):
		self.config = config
		self._locked = False

	def get(self, key: str) -> Token | None:
		found = _read(self.config, TOKENS).get(key)
		if not found:
			return None
		expires_at = datetime.fromisoformat(found["expires_at"]) if found.get("expires_at") else None
		return Token(found["access"], expires_at, found.get("refresh", ""), found.get("scope", ""))

	def set(self, key: str, token: Token | None) -> None:
		with self.lock(key):
			tokens = _read(self.config, TOKENS)
			tokens.pop(key, None)
			if token:
				tokens[key] = {
					"access": token.access,
					"expires_at": token.expires_at.isoformat() if token.expires_at else None,
					"refresh": token.refresh,
					"scope": token.scope,
				}
			_write(self.config, TOKENS, tokens)
			frappe.db.commit()  # nosemgrep: see above

	@contextmanager
	def lock(self, key: str) -> Iterator[None]:
		"""Within it nobody else, on this machine or another, writes the connector's tokens, and what is read is what was
		written last: a provider that takes each refresh token once must not be shown one twice.

		The row of the tokens is locked where all machines see it, a file where the database locks no rows (SQLite). Work
		before it is committed: only then does the database show what others wrote meanwhile.
		"""
		if self._locked:  # `set` within a renewal
			yield
			return
		name = hashlib.sha256(self.config.encode()).hexdigest()[:32]
		try:
			frappe.db.commit()  # nosemgrep: see above
			with filelock(f"collections_tokens_{name}", timeout=LOCK_SECONDS):
				self._lock_row()
				self._locked = True
				try:
					yield
				finally:
					self._locked = False
					frappe.db.commit()  # nosemgrep: others wait for the row
		except (LockTimeoutError, *BUSY):
			frappe.db.rollback()
			raise TransientError(
				"{0}: another process is renewing the access; try again.", self.config
			) from None

	def expire_all(self) -> None:
		"""Access tokens are dropped; what refreshes them stays."""
		with self.lock(""):
			kept = {
				key: {**one, "access": "", "expires_at": None}
				for key, one in _read(self.config, TOKENS).items()
				if one.get("refresh")
			}
			_write(self.config, TOKENS, kept)

	def _lock_row(self) -> None:
		auth = frappe.qb.Table("__Auth")
		mine = (auth.doctype == DOCTYPE) & (auth.name == self.config) & (auth.fieldname == TOKENS)
		row = frappe.qb.from_(auth).select(auth.name).where(mine).for_update()
		if not row.run():
			_write(self.config, TOKENS, {})
			frappe.db.commit()  # nosemgrep: the row that everybody locks
			row.run()


def forget(config: str) -> None:
	"""Secrets and tokens of a name: a new connection must not find those of one that had it before."""
	delete_all_passwords_for(DOCTYPE, config)


def forget_elsewhere(config: str, before: Iterable[str], now: Iterable[str]) -> None:
	"""Secrets entered for the addresses `before` are not sent to another host: where one of `now` is new, they are
	forgotten, and the user is told."""
	new = sorted(_hosts(now) - _hosts(before))
	if not new or not (_read(config, CREDENTIALS) or _read(config, TOKENS)):
		return
	forget(config)
	frappe.db.set_value(DOCTYPE, config, "state", None)
	frappe.msgprint(
		_("The secrets of {0} were entered for another address. Enter them again for {1}.").format(
			frappe.bold(config), ", ".join(new)
		),
		indicator="orange",
	)


def _hosts(addresses: Iterable[str]) -> set[str]:
	return {urlsplit(one).netloc.lower() for one in addresses if one}


def _read(config: str, fieldname: str) -> dict[str, Any]:
	text = get_decrypted_password(DOCTYPE, config, fieldname, raise_exception=False)
	return json.loads(text) if text else {}


def _write(config: str, fieldname: str, values: Mapping[str, Any]) -> None:
	set_encrypted_password(DOCTYPE, config, json.dumps(dict(values)), fieldname)
