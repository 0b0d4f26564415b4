"""Packages as private files of a record, and the one a person asks for from a case."""

import math
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe import _

from collections_app.exceptions import CollectionsError
from collections_app.services.frames import chunks
from collections_app.services.hand_over.claim import claim_of_case
from collections_app.services.hand_over.package import Package, build
from collections_app.services.language import site_language

DONE_EVENT = "collections_hand_over_file"
# up to so many invoices the answer is waited for
AT_ONCE = 5
JOB_TIMEOUT = 2 * 60 * 60
PREPARED = "hand_over_file"


def store(path: Path, doctype: str, name: str, field: str | None = None):
	"""A private File attached to the record. Taken back with the transaction, if that is."""
	return store_content(path.name, path.read_bytes(), doctype, name, field)


def store_content(file_name: str, content: bytes, doctype: str, name: str, field: str | None = None):
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": file_name,
			"content": content,
			"is_private": 1,
			"attached_to_doctype": doctype,
			"attached_to_name": name,
			"attached_to_field": field,
		}
	).insert(ignore_permissions=True)


def prepare(case) -> dict:
	"""The file of all that is overdue on a case, now or, with many invoices, by a background job.

	Returns {"files": [...]} as `prepare_now`, or {"queued": number of invoices}; the job tells the user by the
	event DONE_EVENT.
	"""
	claim = claim_of_case(case)
	if not claim.items:
		frappe.throw(_("Nothing is overdue on this case."), CollectionsError)
	check_invoices(claim.invoices)
	if len(claim.invoices) <= AT_ONCE:
		return prepare_now(case)
	frappe.enqueue(
		"collections_app.services.hand_over.files.prepare_in_background",
		queue="long",
		timeout=JOB_TIMEOUT,
		job_id=f"collections-hand-over-{case.name}-{frappe.session.user}",
		deduplicate=True,
		enqueue_after_commit=True,
		case=case.name,
		user=frappe.session.user,
	)
	return {"queued": len(claim.invoices)}


def check_invoices(names: list[str]) -> None:
	"""PermissionError when the user may not see one of these invoices."""
	for some in chunks(names):
		filters = {"name": ["in", some]}
		seen = frappe.get_list("Sales Invoice", filters=filters, pluck="name", order_by="name", limit=0)
		for hidden in sorted(set(some) - set(seen)):
			frappe.throw(_("You may not see {0}.").format(hidden), frappe.PermissionError)


def prepare_in_background(case: str, user: str) -> None:
	"""The job: builds, keeps, tells the user; also that it failed."""
	try:
		result = prepare_now(frappe.get_doc("Collection Case", case), user)
	except Exception:
		frappe.db.rollback()
		frappe.log_error(title="Hand-over file", reference_doctype="Collection Case", reference_name=case)
		result = {"error": _("The file could not be made; see the Error Log.")}
	frappe.publish_realtime(DONE_EVENT, {"case": case, **result}, user=user, after_commit=True)


def prepare_now(case, user: str | None = None) -> dict:
	"""Builds the file and attaches it to the case, in place of the one prepared before.

	Returns {"files": [{"file_name", "file_url"}], "missing": [names of invoices that could not be printed]}.
	"""
	claim = claim_of_case(case)

	def on_progress(done: int, total: int) -> None:
		frappe.publish_progress(
			math.floor(done * 100 / total),
			title=_("Preparing Hand-over File"),
			description=_("{0} of {1} invoices").format(done, total),
			doctype=case.doctype,
			docname=case.name,
		)

	with TemporaryDirectory() as folder:
		# agency, lawyer and insurer read the site's language
		package = build(claim, Path(folder), site_language(), on_progress if user else None)
		forget_prepared(case.name)
		files = [store(path, case.doctype, case.name, PREPARED) for path in package.paths]
	return {
		"files": [{"file_name": file.file_name, "file_url": file.file_url} for file in files],
		"missing": [entry.name for entry in package.missing],
	}


def forget_prepared(case: str) -> None:
	"""Old copies of personal data are not kept."""
	attached = {
		"attached_to_doctype": "Collection Case",
		"attached_to_name": case,
		"attached_to_field": PREPARED,
	}
	for name in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True)


def store_package(package: Package, action: str) -> list:
	"""The parts as files of a Collection Action, the first as its document."""
	return [
		store(path, "Collection Action", action, None if number else "document")
		for number, path in enumerate(package.paths)
	]
