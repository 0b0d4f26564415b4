"""A mail server on 127.0.0.1 that keeps every mail it takes as an `.eml` file.

It stands behind Frappe's own Email Queue in the demo and in tests, so that mail goes the whole way out:

    with MailServer(folder) as server:
        use_for_outgoing(server)
        ...
        server.mails()

It speaks real SMTP, can refuse recipients as a provider does, and take its time to answer.
"""

import asyncio
import email.policy
import signal
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

from sandbox.services import free_port

NO_SUCH_MAILBOX = "550 5.1.1 No such mailbox"


class Keeper:
	"""Takes mails: one file each, with the envelope in two header lines of its own."""

	def __init__(self, folder: Path, refused: Iterable[str], pause: Callable[[], float]):
		self.folder = folder
		self.pause = pause
		self.refused = {address.lower() for address in refused}
		self.count = 0

	async def handle_RCPT(self, server, session, envelope, address, options):
		if address.lower() in self.refused:
			return NO_SUCH_MAILBOX
		envelope.rcpt_tos.append(address)
		return "250 OK"

	async def handle_DATA(self, server, session, envelope):
		self.count += 1
		head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
		name = f"{datetime.now():%Y%m%d-%H%M%S-%f}-{self.count:06d}.eml"
		partial = self.folder / f".{name}"
		partial.write_bytes(head.encode() + envelope.original_content)
		partial.rename(self.folder / name)
		# the mail is taken; whoever dies now does not learn it
		await asyncio.sleep(self.pause())
		return "250 Message accepted for delivery"


class MailServer:
	"""The server, running within a `with` block or between `start` and `stop`, on a free port or the given one.

	`pause`: seconds it waits before it says that it took a mail.
	"""

	def __init__(
		self,
		folder: str | Path,
		port: int = 0,
		refused: Iterable[str] = (),
		pause: Callable[[], float] = float,
	):
		self.folder = Path(folder)
		self.port = port
		self.pause = pause
		self.refused = refused
		self.controller: Controller | None = None

	def start(self) -> "MailServer":
		self.folder.mkdir(parents=True, exist_ok=True)
		self.port = self.port or free_port(0)
		keeper = Keeper(self.folder, self.refused, self.pause)
		self.controller = Controller(keeper, hostname="127.0.0.1", port=self.port)
		self.controller.start()
		return self

	def stop(self) -> None:
		if self.controller:
			self.controller.stop()
			self.controller = None

	def __enter__(self) -> "MailServer":
		return self.start()

	def __exit__(self, *exception) -> None:
		self.stop()

	def files(self) -> list[Path]:
		"""The mails' files, oldest first."""
		return sorted(path for path in self.folder.glob("*.eml") if not path.name.startswith("."))

	def mails(self) -> list[EmailMessage]:
		"""The mails, oldest first."""
		return [message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in self.files()]

	def clear(self) -> None:
		"""Remove the mails taken so far."""
		for path in self.files():
			path.unlink()


def use_for_outgoing(server: MailServer, sender: str | None = None) -> str:
	"""Make the server the connected site's default for outgoing mail; returns the Email Account's name."""
	from sandbox.providers import mail_account

	return mail_account.use_for_outgoing(server.port, sender or mail_account.SENDER)


def main(folder: str, port: int) -> None:
	"""Serve in the foreground until interrupted."""
	ended = threading.Event()
	for wanted in (signal.SIGINT, signal.SIGTERM):
		signal.signal(wanted, lambda *_: ended.set())
	with MailServer(folder, port) as server:
		print(f"smtp://127.0.0.1:{server.port} keeps mails in {server.folder.resolve()}", flush=True)
		ended.wait()
