"""The ways to authenticate that a definition can choose, put together from the parts in `connectors/http/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from collections_app.connectors.errors import ConfigurationError, TransientError
from collections_app.connectors.http.auth import ApiKey, Auth, Basic, MutualTls, NoAuth, Together
from collections_app.connectors.http.tokens import AuthorizationCode, ClientCredentials, JwtAssertion, Login
from collections_app.connectors.low_code import placeholders
from collections_app.connectors.low_code.expressions import Expression
from collections_app.connectors.low_code.reading import A_TEXT, Reading
from collections_app.connectors.manifest import Field
from collections_app.connectors.runtime import Token
from collections_app.engine.texts import Text

if TYPE_CHECKING:
	from collections_app.connectors.low_code.connector import LowCodeConnector

KINDS = (
	"none",
	"api_key",
	"bearer",
	"basic",
	"login",
	"client_credentials",
	"authorization_code",
	"jwt",
)
PLACES = ("header", "query", "body")
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "PS256")
CLIENT = (Field("client_id", "Client ID", secret=False), Field("client_secret", "Client Secret"))
ENTERED: dict[str, tuple[Field, ...]] = {
	"none": (),
	"api_key": (Field("api_key", "API Key"),),
	"bearer": (Field("access_token", "Access Token"),),
	"basic": (
		Field("user", "User Name", secret=False),
		Field(
			"password", "Password", required=False, help="Leave it empty where the service gives a key only."
		),
	),
	"login": (Field("user", "User Name", secret=False), Field("password", "Password")),
	"client_credentials": CLIENT,
	"authorization_code": CLIENT,
	"jwt": (Field("private_key", "Private Key", multiline=True, help="PEM text."),),
}
CERTIFICATE = (
	Field("certificate", "Client Certificate", secret=False, multiline=True, help="PEM text."),
	Field("certificate_key", "Private Key of the Certificate", multiline=True, help="PEM text."),
	Field("certificate_password", "Password of the Private Key", required=False),
)
# addresses that an environment has to name
ADDRESSES = {
	"client_credentials": ("token_url",),
	"authorization_code": ("token_url", "authorize_url"),
}


@dataclass(frozen=True)
class AuthSpec:
	"""How to authenticate. `place`, `name`, `prefix`: where a key or token goes. `login_body`: what the provider's own login
	takes, with {{user}} and {{password}}; `token` and `expires_in` find its answer. `claims`: of a JWT."""

	kind: str = "none"
	place: str = "header"
	name: str = "Authorization"
	prefix: str = ""
	scope: str = ""
	basic: bool = False
	login_path: str = ""
	login_body: Mapping[str, Any] = field(default_factory=dict)
	token: Expression = field(default_factory=lambda: Expression(""))
	expires_in: Expression = field(default_factory=lambda: Expression(""))
	claims: Mapping[str, Any] = field(default_factory=dict)
	algorithm: str = "RS256"
	key_id: str = ""
	client_certificate: bool = False

	@classmethod
	def of(cls, read: Reading) -> "AuthSpec":
		kind = read.text("kind", "none", choices=KINDS)
		prefixed = "" if kind == "api_key" else "Bearer"
		made = cls(
			kind=kind,
			place=read.text("place", "header", choices=PLACES),
			name=read.text("name", "Authorization"),
			prefix=read.take("prefix", prefixed, str, A_TEXT).strip(),
			scope=read.text("scope"),
			basic=read.flag("basic"),
			login_path=read.text("login_path", required=kind == "login"),
			login_body=read.object("login_body"),
			token=read.expression("token", required=kind == "login"),
			expires_in=read.expression("expires_in"),
			claims=read.object("claims"),
			algorithm=read.text("algorithm", "RS256", choices=ALGORITHMS),
			key_id=read.text("key_id"),
			client_certificate=read.flag("client_certificate"),
		)
		if kind == "login" and not {"user", "password"} <= set(placeholders.names(made.login_body)):
			read.problem(Text("must take {{user}} and {{password}}"), "login_body")
		if "\n" in made.prefix + made.name:
			read.problem(Text("has more than one line"), "name")
		read.done()
		return made

	@property
	def fields(self) -> tuple[Field, ...]:
		"""What a connection enters for it."""
		return (*ENTERED[self.kind], *(CERTIFICATE if self.client_certificate else ()))

	@property
	def manifest_kind(self) -> str:
		"""The kind as manifests name it."""
		if self.kind == "none" and self.client_certificate:
			return "mutual_tls"
		return "api_key" if self.kind == "bearer" else self.kind

	@property
	def consent(self) -> bool:
		return self.kind == "authorization_code"

	@property
	def addresses(self) -> tuple[str, ...]:
		return ADDRESSES.get(self.kind, ())

	@property
	def placed(self) -> dict[str, Any]:
		"""Where settings of the connection may stand, by place."""
		return {"auth, claims": self.claims, "auth, key_id": self.key_id, "auth, login_path": self.login_path}

	def build(self, connector: "LowCodeConnector") -> Auth:
		"""Ready to use, with what the connection entered."""
		part = BUILDERS[self.kind](self, connector)
		if not self.client_certificate:
			return part
		entered = [connector.credential(one.name) for one in CERTIFICATE]
		return Together(MutualTls(*entered), part)

	@property
	def spaced_prefix(self) -> str:
		"""A word stands apart from the key (Bearer x), a sign does not (token=x)."""
		return f"{self.prefix} " if self.prefix[-1:].isalnum() else self.prefix

	@property
	def header(self) -> dict[str, str]:
		return {"header": self.name, "prefix": self.spaced_prefix}


def _key(spec: AuthSpec, connector: "LowCodeConnector", field_name: str = "api_key") -> Auth:
	return ApiKey(connector.credential(field_name), spec.name, spec.place, spec.spaced_prefix)


def _bearer(spec: AuthSpec, connector: "LowCodeConnector") -> Auth:
	return ApiKey(connector.credential("access_token"), prefix="Bearer ")


def _login(spec: AuthSpec, connector: "LowCodeConnector") -> Auth:
	entered = {name: connector.credential(name) for name in ("user", "password")}
	body = placeholders.fill_all(spec.login_body, {**connector.settings(), **entered})

	def log_in(login: Login) -> Token:
		answer = login.ask(spec.login_path, json=body)
		token, seconds = (
			spec.token.find(answer),
			spec.expires_in.find(answer) if spec.expires_in.text else None,
		)
		if not isinstance(token, str) or not token:
			raise TransientError("{0} answered its login without a token.", connector.manifest.label)
		try:
			lasts = timedelta(seconds=float(seconds)) if seconds else None
		except (TypeError, ValueError, OverflowError):
			raise ConfigurationError(
				"{0}: {1} finds {2}, no number of seconds.",
				connector.manifest.label,
				repr(spec.expires_in.text),
				repr(seconds),
			) from None
		return Token(token, connector.runtime.now() + lasts if lasts else None)

	return Login(log_in, **spec.header)


def _client(spec: AuthSpec, connector: "LowCodeConnector") -> Auth:
	given = [connector.credential(name) for name in ("client_id", "client_secret")]
	return ClientCredentials(
		connector.url("token_url"), *given, scope=spec.scope, basic=spec.basic, **spec.header
	)


def _code(spec: AuthSpec, connector: "LowCodeConnector") -> Auth:
	given = [connector.credential(name) for name in ("client_id", "client_secret")]
	addresses = (connector.url("authorize_url"), connector.url("token_url"))
	return AuthorizationCode(*addresses, *given, scope=spec.scope, basic=spec.basic, **spec.header)


def _jwt(spec: AuthSpec, connector: "LowCodeConnector") -> Auth:
	settings = connector.settings()
	key_id = placeholders.fill(spec.key_id, settings)
	return JwtAssertion(
		connector.credential("private_key"),
		placeholders.fill_all(spec.claims, settings),
		headers={"kid": key_id} if key_id else None,
		algorithm=spec.algorithm,
		token_url=connector.known_url("token_url"),
		**spec.header,
	)


BUILDERS: Mapping[str, Callable[[AuthSpec, "LowCodeConnector"], Auth]] = {
	"none": lambda spec, connector: NoAuth(),
	"api_key": _key,
	"bearer": _bearer,
	"basic": lambda spec, connector: Basic(connector.credential("user"), connector.credential("password")),
	"login": _login,
	"client_credentials": _client,
	"authorization_code": _code,
	"jwt": _jwt,
}
