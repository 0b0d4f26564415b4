"""Jobs, mail and prints work in the sandbox as they do on a bench."""

import contextlib
import io

import pytest

from sandbox import system
from sandbox.browser import BrowserError, browser
from sandbox.providers.smtp import MailServer, use_for_outgoing
from sandbox.worker import JobFailed, drain_queues

needs_chromium = pytest.mark.skipif(
	not system.find_chromium(), reason="no Chromium: apt-get install chromium"
)


@pytest.fixture(autouse=True)
def nothing_queued(site):
	"""What other tests left in the queue is done before: these tests count jobs."""
	with contextlib.suppress(JobFailed):
		drain_queues()


def leave_note(text):
	import frappe

	frappe.get_doc({"doctype": "ToDo", "description": text}).insert()


def fail():
	raise ValueError("on purpose")


def notes(site, text):
	return site.db.count("ToDo", {"description": ("like", f"%{text}%")})


def test_job_runs_after_commit_and_not_twice(site):
	job = {"queue": "long", "job_id": "note", "deduplicate": True, "text": "from a job"}
	site.enqueue(leave_note, enqueue_after_commit=True, **job)
	site.db.commit()
	assert site.enqueue(leave_note, **job) is None
	assert drain_queues() == 1
	assert notes(site, "from a job") == 1
	assert site.session.user == "Administrator"


def test_job_that_is_rolled_back_is_not_queued(site):
	site.enqueue(leave_note, enqueue_after_commit=True, text="never")
	site.db.rollback()
	assert drain_queues() == 0
	assert notes(site, "never") == 0


def test_failed_job_is_raised_and_logged(site):
	before = site.db.count("Error Log")
	site.enqueue(fail)
	with pytest.raises(JobFailed, match="on purpose"):
		drain_queues()
	assert site.db.count("Error Log") == before + 1


def test_mail_goes_out_through_the_queue(site, tmp_path):
	from frappe.email.queue import flush

	with MailServer(tmp_path, refused=["nobody@example.com"]) as server:
		use_for_outgoing(server)
		for recipient in ("payer@example.com", "nobody@example.com"):
			site.sendmail(recipients=[recipient], subject="Überfällig", message="<p>Dear payer</p>")
		site.db.commit()
		site.flags.testing_email = True  # otherwise the framework keeps mails to itself in a test
		flush()
		site.flags.testing_email = False
		(mail,) = server.mails()
	assert (mail["X-Envelope-To"], mail["Subject"]) == ("payer@example.com", "Überfällig")
	assert "Dear payer" in mail.get_body(("html",)).get_content()
	refused = site.get_all("Email Queue", {"status": ("!=", "Sent")}, pluck="error", order_by="creation desc")
	assert "No such mailbox" in refused[0]


@needs_chromium
def test_print_as_pdf_holds_the_document(site):
	from pypdf import PdfReader

	note = site.get_doc({"doctype": "ToDo", "description": "<p>Call the payer</p>"}).insert()
	content = site.get_print("ToDo", note.name, as_pdf=True)
	page = PdfReader(io.BytesIO(content)).pages[0]
	assert "Call the payer" in page.extract_text()
	assert (round(page.mediabox.width), round(page.mediabox.height)) == (596, 842)
	assert site.attach_print("ToDo", note.name)["fcontent"].startswith(b"%PDF")


@needs_chromium
def test_pdf_options(site):
	from pypdf import PdfReader, PdfWriter

	from frappe.utils.pdf import get_pdf

	locked = PdfReader(io.BytesIO(get_pdf("<p>secret</p>", {"password": "open"})))
	assert locked.is_encrypted
	assert locked.decrypt("open")
	wide = PdfReader(
		io.BytesIO(get_pdf("<p>wide</p>", {"page-size": "A5", "orientation": "Landscape"}))
	).pages[0]
	assert wide.mediabox.width > wide.mediabox.height
	writer = PdfWriter()
	for text in ("one", "two"):
		get_pdf(f"<p>{text}</p>", output=writer)
	assert [page.extract_text().strip() for page in writer.pages] == ["one", "two"]


@needs_chromium
def test_browser_comes_back_after_it_ended(site):
	first = browser()
	first.close()
	with pytest.raises(BrowserError):
		first.print_to_pdf("<p>x</p>", "http://127.0.0.1", lambda path: None, {})
	assert browser().print_to_pdf("<p>x</p>", "http://127.0.0.1", lambda path: None, {}).startswith(b"%PDF")
