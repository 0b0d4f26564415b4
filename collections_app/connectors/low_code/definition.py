"""A connector as data: what a person defines in a form, or imports as JSON, in place of code.

`Definition.of` reads the JSON and names everything that is wrong with it. It holds no secrets: those are entered with each
connection, the definition only names them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin

from collections_app.connectors.http.masking import SENSITIVE
from collections_app.connectors.low_code import placeholders
from collections_app.connectors.low_code.auth import AuthSpec
from collections_app.connectors.low_code.reading import Reading
from collections_app.connectors.low_code.streams import BANK, Accounts, Stream
from collections_app.connectors.manifest import CATEGORIES, Field, Manifest, StreamSpec
from collections_app.engine.texts import Text, joined

FORMAT, VERSION = "low_code_connector", 1
ENVIRONMENTS = ("sandbox", "production")
STREAM_PLACE, SETTING_PLACE = Text("Stream"), Text("Setting")
SETTING = re.compile(r"[a-z][a-z0-9_]{0,39}")
# set by the client or by the authentication
RESERVED_HEADERS = frozenset({"host", "content-length", "content-type", "transfer-encoding", "connection"})
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
ACCOUNT_FIELD = Field(
	"account",
	"Account Number",
	secret=False,
	help="The account whose transactions are read: its IBAN, or its number at the bank.",
)


class DefinitionError(ValueError):
	"""`problems`: everything that is wrong, each with its place; Texts where they come from here."""

	def __init__(self, problems: list[str]):
		super().__init__("\n".join(problems))
		self.problems = problems


@dataclass(frozen=True)
class Definition:
	"""`settings`: what each connection enters besides its credentials. `check_path`: what a connection test asks for."""

	name: str
	category: str
	description: str
	streams: tuple[Stream, ...]
	auth: AuthSpec = field(default_factory=AuthSpec)
	environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
	headers: Mapping[str, str] = field(default_factory=dict)
	settings: tuple[Field, ...] = ()
	accounts: Accounts = field(default_factory=Accounts)
	limits: Mapping[str, Any] = field(default_factory=dict)
	check_path: str = ""
	needs: str = ""
	docs: str = ""

	@classmethod
	def of(cls, values: Any) -> "Definition":
		"""The definition that a JSON object says. DefinitionError names all that is wrong."""
		problems: list[str] = []
		read = Reading(values, "", problems)
		if read.text("format", FORMAT) != FORMAT or read.number("version", VERSION) != VERSION:
			raise DefinitionError(
				[Text("This is no definition of a low-code connector of version {0} ({1}).", VERSION, FORMAT)]
			)
		made = cls(
			name=read.text("name", required=True),
			category=read.text("category", CATEGORIES[0], choices=CATEGORIES),
			description=read.text("description", required=True),
			needs=read.text("needs"),
			docs=read.text("docs"),
			auth=AuthSpec.of(read.part("auth")),
			environments=_environments(read.part("environments")),
			headers=read.texts("headers"),
			settings=tuple(_setting(one) for one in read.parts("settings", SETTING_PLACE)),
			limits=_limits(read.part("limits")),
			check_path=read.text("check_path"),
			accounts=Accounts.of(read.part("accounts")),
			streams=tuple(Stream.of(one) for one in read.parts("streams", STREAM_PLACE)),
		)
		read.done()
		_check(made, problems)
		if problems:
			raise DefinitionError(list(dict.fromkeys(problems)))
		return made

	@property
	def fields(self) -> tuple[Field, ...]:
		"""All that a connection enters."""
		entered = (*self.auth.fields, *self.settings)
		return (*entered, ACCOUNT_FIELD) if self.asks_for_account else entered

	@property
	def asks_for_account(self) -> bool:
		"""Bank transactions of an account that the service cannot list."""
		return not self.accounts.path and any(one.target == BANK for one in self.streams)

	def stream(self, name: str) -> Stream:
		return next(one for one in self.streams if one.name == name)

	def manifest(self) -> Manifest:
		"""What the gallery, the form of a connection and the runner know of it; as for a connector that is coded."""
		manifest = Manifest(
			name=self.name,
			label=self.name,
			category=self.category,
			description=self.description,
			needs=self.needs,
			docs=self.docs,
			auth=self.auth.manifest_kind,
			consent=self.auth.consent,
			fields=self.fields,
			environments=self.environments,
			limits=self.limits,
			streams=tuple(
				StreamSpec(one.name, one.target, one.label or one.name, one.cursor, one.every_minutes)
				for one in self.streams
			),
		)
		manifest.validate()
		return manifest


def _environments(read: Reading) -> dict[str, dict[str, str]]:
	found = {}
	for name in ENVIRONMENTS:
		if name not in read.values:
			continue
		one = read.part(name)
		urls = {key: one.text(key) for key in ("base_url", "token_url", "authorize_url")}
		one.done()
		home = urls["base_url"].rstrip("/") + "/" if urls["base_url"] else ""
		for key in ("token_url", "authorize_url"):
			# relative to the base address where it is no whole one
			urls[key] = urljoin(home, urls[key]) if urls[key] else ""
		for key, url in urls.items():
			if url and not url.startswith("https://"):
				one.problem(Text("is not an https address"), key)
		found[name] = {key: url for key, url in urls.items() if url or key == "base_url"}
	read.done()
	if not found:
		read.problem(Text("name the address of production, of the sandbox, or of both"))
	return found


def _setting(read: Reading) -> Field:
	made = Field(
		name=read.text("name", required=True),
		label=read.text("label", required=True),
		secret=read.flag("secret"),
		required=read.flag("required", True),
		default=read.text("default"),
		help=read.text("help"),
	)
	if made.name and not SETTING.fullmatch(made.name):
		read.problem(Text("takes small letters, digits and underscores"), "name")
	if made.secret and made.default:
		read.problem(Text("a secret has no default: it would be exported"), "default")
	read.done()
	return made


def _limits(read: Reading) -> dict[str, Any]:
	calls, seconds = read.number("calls", 0), read.number("seconds", 60, 1, 86_400)
	daily = read.number("calls_per_day", 0)
	read.done()
	rules = [{"calls": calls, "seconds": seconds}] if calls else []
	return {"calls": [*rules, {"calls": daily, "day": "UTC"}] if daily else rules}


def _check(made: Definition, problems: list[str]) -> None:
	"""What fits only when all parts are known."""
	if not made.streams:
		problems.append(Text("There is no stream: define what is read."))
	if made.docs and not made.docs.startswith("https://"):
		problems.append(Text("{0}: is not an https address.", "docs"))
	for what, names in {
		STREAM_PLACE: [one.name for one in made.streams],
		SETTING_PLACE: [one.name for one in made.fields],
	}.items():
		problems += [
			Text("{0}: is there twice.", joined(" ", (what, name)))
			for name in sorted({one for one in names if one and names.count(one) > 1})
		]
	for name, urls in made.environments.items():
		problems += [
			Text("{0}: is missing.", f"environments, {name}, {key}")
			for key in made.auth.addresses
			if not urls.get(key)
		]
	settings = {one.name for one in made.settings}
	if made.asks_for_account or made.accounts.path:
		settings.add(placeholders.ACCOUNT)
	for name, value in made.headers.items():
		_check_header(name, value, settings, problems)
	for place, value in made.auth.placed.items():
		_check_names(place, value, settings, problems)
	_check_names("auth, login_body", made.auth.login_body, settings | {"user", "password"}, problems)
	_check_path("auth, login_path", made.auth.login_path, problems)
	_check_names("check_path", made.check_path, settings - {placeholders.ACCOUNT}, problems)
	_check_path("check_path", made.check_path, problems)
	_check_names("accounts, path", made.accounts.path, settings - {placeholders.ACCOUNT}, problems)
	_check_path("accounts, path", made.accounts.path, problems)
	for stream in made.streams:
		known = settings | {placeholders.SINCE, placeholders.UNTIL, placeholders.TODAY}
		known |= {placeholders.TOKEN} if stream.cursor == "token" else set()
		if stream.target != BANK:
			known -= {placeholders.ACCOUNT}
		for part in ("path", "params", "body"):
			_check_names(_place(stream, part), getattr(stream, part), known, problems)
		for part in ("params", "body"):
			_check_secrets(_place(stream, part), getattr(stream, part), problems)
		_check_path(_place(stream, "path"), stream.path, problems)


def _place(stream: Stream, part: str) -> Text:
	return Text("{0}, {1}", joined(" ", (STREAM_PLACE, stream.name)), part)


def _check_header(name: str, value: str, settings: set[str], problems: list[str]) -> None:
	place = f"headers, {name}"
	if not HEADER.fullmatch(name) or name.lower() in RESERVED_HEADERS:
		problems.append(Text("{0}: is no header that can be set.", place))
	if "\n" in value or "\r" in value:
		problems.append(Text("{0}: has more than one line.", place))
	_check_names(place, value, settings, problems)
	_check_secrets("headers", {name: value}, problems)


def _check_names(place: str, value: Any, known: set[str], problems: list[str]) -> None:
	for name in sorted(set(placeholders.names(value)) - known):
		there = ", ".join(sorted(known)) or Text("none")
		problems.append(Text("{0}: nothing is known as {1}; there is {2}.", place, f"{{{{{name}}}}}", there))


def _check_path(place: str, path: str, problems: list[str]) -> None:
	"""A path stays below the base address: credentials go nowhere else."""
	bare = placeholders.PATTERN.sub("x", path)
	if "://" in bare or bare.startswith("//") or re.match(r"[A-Za-z][\w+.-]*:", bare) or ".." in bare:
		problems.append(
			Text("{0}: must be a path below the base address, such as accounts/transactions.", place)
		)
	elif re.search(r"[\s#\\]", bare):
		problems.append(Text("{0}: has a space, a # or a backslash.", place))
	_check_secrets(place, dict(parse_qsl(bare.partition("?")[2])), problems)


def _check_secrets(place: str, value: Any, problems: list[str]) -> None:
	"""What looks like a secret is entered with the connection, never written into a definition."""
	if isinstance(value, Mapping):
		for name, one in value.items():
			if (
				isinstance(one, str)
				and one
				and SENSITIVE.search(str(name))
				and not any(placeholders.names(one))
			):
				problems.append(
					Text(
						"{0}: looks like a secret. Make it a setting and write {1} here.",
						joined(", ", (place, name)),
						"{{its_name}}",
					)
				)
			_check_secrets(joined(", ", (place, str(name))), one, problems)
	elif isinstance(value, list):
		for one in value:
			_check_secrets(place, one, problems)
