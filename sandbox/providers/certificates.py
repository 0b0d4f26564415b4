"""A certificate authority to be thrown away: for servers on 127.0.0.1 and the client certificates they ask for."""

import ipaddress
import ssl
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
	"""Made anew with each object; `pem` is its own certificate."""

	def __init__(self, name: str = "Throw-away CA"):
		self._key = ec.generate_private_key(ec.SECP256R1())
		self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
		made = self._begin(self._name, self._key, 365)
		made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
		self.pem = _pem(made.sign(self._key, hashes.SHA256()))

	def issue(self, name: str, days: int = 365) -> tuple[str, str]:
		"""A certificate and its key as PEM texts, for a client or for a server on 127.0.0.1; with negative `days` it has
		expired."""
		key = ec.generate_private_key(ec.SECP256R1())
		subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
		address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
		made = self._begin(subject, key, days)
		made = made.add_extension(x509.SubjectAlternativeName([address]), critical=False)
		private = key.private_bytes(
			serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
		)
		return _pem(made.sign(self._key, hashes.SHA256())), private.decode()

	def server_context(self, folder: Path) -> ssl.SSLContext:
		"""For a server that lets in only who shows a certificate of this authority. `folder` holds the files meanwhile."""
		certificate, key = self.issue("127.0.0.1")
		both, own = folder / "server.pem", folder / "ca.pem"
		both.write_text(certificate + key)
		own.write_text(self.pem)
		context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(own))
		context.load_cert_chain(both)
		context.verify_mode = ssl.CERT_REQUIRED
		return context

	def _begin(
		self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
	) -> x509.CertificateBuilder:
		now = datetime.now(timezone.utc)
		return (
			x509.CertificateBuilder()
			.subject_name(subject)
			.issuer_name(self._name)
			.public_key(key.public_key())
			.serial_number(x509.random_serial_number())
			.not_valid_before(now - timedelta(days=400))
			.not_valid_after(now + timedelta(days=days))
		)


def _pem(certificate: x509.Certificate) -> str:
	return certificate.public_bytes(serialization.Encoding.PEM).decode()
