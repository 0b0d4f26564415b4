"""AR24: registered e-mails with their proofs.

AR24 has no idempotency key: a mail that got no clear answer is an UncertainError (our reference stands in its
`ref_dossier`). Its webhooks are not signed, so they are not taken: the status is asked for.
"""

from dataclasses import replace
from pathlib import Path

from collections_app.connectors.ar24 import mapper
from collections_app.connectors.ar24.signing import Ar24Auth
from collections_app.connectors.base import (
	Action,
	Discovery,
	Manifest,
	MessageStatus,
	Pushed,
	TransientError,
	UncertainError,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.http.auth import NoAuth
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)


class Ar24(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> Ar24Auth:
		auth = Ar24Auth(self.credential("token"), self.credential("private_key"))
		self.client_options = {"classify": auth.answer}
		return auth

	def check(self) -> str:
		user = self._result(self.http.get("user", {"id_user": self.credential("user_id")}))
		return Text("Sends as {0}", user.get("company") or user.get("email") or user.get("id"))

	def discover(self) -> Discovery:
		return Discovery(())

	def push(self, action: Action) -> Pushed:
		message, user = action.data, self.credential("user_id")
		mapper.check(message)
		files = [self._upload(message, user)] if message.pdf else []
		recipient = {
			"to_firstname": self.credential("contact_first_name"),
			"to_lastname": self.credential("contact_last_name"),
			"dest_statut": self.credential("recipient_status"),
		}
		form = mapper.form_of(message, action.key, user, recipient, files)
		mail = self._result(self.http.request("POST", "mail", data=form))
		if not mail.get("id"):
			raise UncertainError("{0} took {1} without naming it.", MANIFEST.label, action.key)
		return Pushed(str(mail["id"]), "Sent", detail=str(mail.get("status") or ""))

	def status(self, reference: str) -> MessageStatus:
		mail = self._result(self.http.get("mail", {"id": reference}))
		status = mapper.status_of(mail)
		url = mapper.proof_of(mail)
		if not url:
			# a receipt counts only with its proof, which AR24 makes a little later
			return replace(status, state="Delivered") if status.state == "Proved" else status
		# the address bears a token of its own: our credentials do not go there
		proof = self.http.get(url, auth=NoAuth(), headers={"Accept": "application/pdf"}).body
		if not proof.startswith(b"%PDF"):
			raise TransientError("AR24 gave something else than the proof of mail {0}.", reference)
		return replace(status, proof=proof, proof_name=f"AR24 {reference} {mail['status']}.pdf")

	def _upload(self, message, user: str) -> str:
		"""The id of the uploaded file. A file that is uploaded twice harms nobody: the request may be repeated."""
		files = {"file": (message.pdf_name, message.pdf, "application/pdf")}
		answer = self.http.request("POST", "attachment", data={"id_user": user}, files=files, safe=True)
		file_id = self._result(answer).get("file_id")
		if not file_id:
			raise TransientError("AR24 did not keep the attachment.")
		return file_id

	@staticmethod
	def _result(response) -> dict:
		result = response.json().get("result")
		return result if isinstance(result, dict) else {}


CONNECTOR = Ar24
