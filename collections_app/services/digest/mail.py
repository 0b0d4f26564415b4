"""The digest as an e-mail: one for each receiver, as that person; with a preview for the desk."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, formatdate, get_url

from collections_app.services.ageing_view import bucket_fields
from collections_app.services.cockpit.scope import Scope, make_scope
from collections_app.services.digest import pictures
from collections_app.services.digest.figures import figures, title
from collections_app.services.digest.receivers import receivers

TEMPLATE = "templates/collections/digest.html"
# what the mail belongs to: by it Frappe knows who does not want it any more
REFERENCE = ("Collections Settings", "Collections Settings")
WIDTH, LINE_HEIGHT, BARS_HEIGHT = 560, 120, 90
COLOURS = ("#7fc8a3", "#ecc94b", "#f3a66b", "#e0762b", "#dd5c5c", "#9b1c1c")


def send_all() -> dict[str, int]:
	"""Queues the mail of each receiver. Returns how many were `sent`, `empty` (nothing that person may see) and `failed`:
	one that fails is logged and stops no other."""
	counts = {"sent": 0, "empty": 0, "failed": 0}
	for user in receivers():
		try:
			counts["sent" if send(user) else "empty"] += 1
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title=f"Weekly digest for {user}")
			counts["failed"] += 1
		frappe.db.commit()  # nosemgrep: each receiver's mail stands by itself
	return counts


def send(user: str) -> bool:
	"""Queues one person's mail; False where there is nothing to tell that person."""
	with signed_in_as(user):
		found = for_user()
		if not found:
			return False
		subject, html, images = found
		opt_out = _("Unsubscribe from the weekly digest")
	with on_disk(images) as paths:
		for name, path in paths.items():
			html = html.replace(f"{{{{{name}}}}}", f'embed="{path}"')
		frappe.sendmail(
			recipients=[frappe.db.get_value("User", user, "email") or user],
			subject=subject,
			message=html,
			reference_doctype=REFERENCE[0],
			reference_name=REFERENCE[1],
			add_unsubscribe_link=1,
			unsubscribe_message=opt_out,
		)
	return True


def preview(companies: str | list | None = None) -> dict:
	"""The mail as it would be for who is signed in: subject, html (pictures in it); html is None with nothing to tell."""
	found = for_user(companies)
	if not found:
		return {"subject": "", "html": None}
	subject, html, images = found
	for name, content in images.items():
		data = base64.b64encode(content).decode()
		html = html.replace(f"{{{{{name}}}}}", f'src="data:image/png;base64,{data}"')
	return {"subject": subject, "html": html}


def for_user(companies: str | list | None = None) -> tuple[str, str, dict[str, bytes]] | None:
	"""Subject, HTML with {{name}} where a picture goes, and the pictures, within what the signed-in user may see."""
	if not frappe.has_permission("Collection Case", "read"):
		return None
	scope = make_scope(companies)
	if not scope.companies or not frappe.db.exists(
		"Receivables Snapshot", {"company": ["in", list(scope.companies)], "rebuilt": 0}
	):
		return None
	found = figures(scope)
	images = drawn(found)
	context = {
		**found,
		"title": title(found),
		"url": get_url("/app/collections-cockpit"),
		"pictures": {name: f"{{{{{name}}}}}" for name in images},
		"bands": _bands(found, scope),
		"colours": COLOURS,
		"weekdays": [formatdate(day, "EEE") for day in found["days"]["labels"]],
		"money": lambda amount: fmt_money(amount, precision=0, currency=scope.currency),
		"day": formatdate,
		"lang": frappe.local.lang,
	}
	return title(found), frappe.render_template(TEMPLATE, context), images


def drawn(found: dict) -> dict[str, bytes]:
	"""The pictures there is something to draw for."""
	images = {}
	if len(found["line"]) > 1:
		amounts = [point["amount"] for point in found["line"]]
		images["overdue"] = pictures.line(amounts, WIDTH, LINE_HEIGHT)
	if any(found["days"]["now"]) or any(found["days"]["before"]):
		images["cash"] = pictures.bars(found["days"]["now"], found["days"]["before"], WIDTH, BARS_HEIGHT)
	return images


def _bands(found: dict, scope: Scope) -> list[dict]:
	"""Ageing by risk as widths in percent of the largest band, for cells of a table."""
	bands = found["ageing"]["bands"]
	most = max((band["total"] for band in bands), default=0) or 1
	rows = []
	for band in bands:
		parts = [
			{"width": round(band[field] / most * 100), "colour": colour}
			for field, colour in zip(bucket_fields(), COLOURS, strict=True)
			if band[field] > 0
		]
		parts = [part for part in parts if part["width"]]
		rest = max(100 - sum(part["width"] for part in parts), 0)
		rows.append({"label": band["label"], "total": flt(band["total"]), "parts": parts, "rest": rest})
	return rows


@contextmanager
def signed_in_as(user: str) -> Iterator[None]:
	"""As that person, in that person's language."""
	before, language = frappe.session.user, frappe.local.lang
	frappe.set_user(user)
	frappe.local.lang = frappe.db.get_value("User", user, "language") or language
	try:
		yield
	finally:
		frappe.set_user(before)
		frappe.local.lang = language


@contextmanager
def on_disk(images: dict[str, bytes]) -> Iterator[dict[str, str]]:
	"""Picture -> path, while the mail is written: Frappe takes inline pictures from the site's files only."""
	folder, written = Path(frappe.get_site_path("private", "files")), {}
	try:
		for name, content in images.items():
			file = folder / f"collections-digest-{frappe.generate_hash(length=16)}.png"
			file.write_bytes(content)
			written[name] = file
		yield {name: f"private/files/{file.name}" for name, file in written.items()}
	finally:
		for file in written.values():
			file.unlink(missing_ok=True)
