"""The page on which an account holder allows or refuses a connection, as providers and banks show one."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sandbox.providers.api_server import Answer, Refusal

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{provider}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; background: #eef1f5; color: #1c2733; margin: 0 }}
main {{ max-width: 26rem; margin: 12vh auto; padding: 2rem; background: #fff; border-radius: 12px }}
h1 {{ font-size: 1.2rem; margin-top: 0 }}
a {{ display: inline-block; padding: .5rem 1.2rem; border-radius: 8px; text-decoration: none; color: #1c2733 }}
a.allow {{ background: #14532d; color: #fff }}
small {{ color: #5b6876 }}
</style></head><body><main>
<h1>{provider}</h1><p>{question}</p><ul>{accounts}</ul>
<p><a class="allow" href="{allow}">Allow</a> <a class="refuse" href="{refuse}">Refuse</a></p>
<small>This is a simulator. No bank is asked.</small>
</main></body></html>"""


def consent_screen(
	provider: str, accounts: list[str], redirect: str, allowed: dict[str, str], refused: dict[str, str]
) -> Answer:
	"""The page; its two links lead back to `redirect` with the one or the other answer added to the query."""
	if urlsplit(redirect).scheme not in ("http", "https"):
		raise Refusal(400, {"error": "invalid_redirect_uri"})
	page = PAGE.format(
		provider=html.escape(provider),
		question="Collections asks to read these accounts for 90 days:",
		accounts="".join(f"<li>{html.escape(one)}</li>" for one in accounts),
		allow=html.escape(_with(redirect, allowed)),
		refuse=html.escape(_with(redirect, refused)),
	)
	return Answer(page, 200, {"Content-Type": "text/html; charset=utf-8"})


def link_of(page: str, name: str = "allow") -> str:
	"""Where a link of the page leads, for whoever presses it without a browser."""
	found = re.search(rf'<a class="{name}" href="([^"]+)"', page)
	if not found:
		raise ValueError(f"the page has no link {name!r}")
	return html.unescape(found[1])


def _with(address: str, more: dict[str, str]) -> str:
	parts = urlsplit(address)
	query = [*parse_qsl(parts.query, keep_blank_values=True), *more.items()]
	return urlunsplit(parts._replace(query=urlencode(query)))
