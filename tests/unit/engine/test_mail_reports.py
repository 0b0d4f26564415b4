import email
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine import mail_reports
from collections_app.engine.mail_reports import answered_ids, delivery_reports, is_automatic

MAILS = Path(mail_reports.__file__).parents[1] / "tests" / "fixtures" / "mail"


def mail(name: str):
	return email.message_from_bytes((MAILS / f"{name}.eml").read_bytes())


def note(**headers: str) -> EmailMessage:
	message = EmailMessage()
	for header, value in headers.items():
		message[header.replace("_", "-")] = value
	message.set_content("Hello")
	return message


@pytest.mark.parametrize(
	("name", "outcome", "diagnostic"),
	[
		("bounce_postfix", "failed", "550 5.1.1 mailbox unavailable"),
		(
			"bounce_exchange",
			"failed",
			"550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
		),
		("delayed", "delayed", "451 4.4.1 connection timed out"),
		("delivered", "delivered", "250 2.0.0 Ok"),
	],
)
def test_report(name, outcome, diagnostic):
	(report,) = delivery_reports(mail(name))
	assert (report.outcome, report.recipient, report.diagnostic) == (outcome, "pay@example.com", diagnostic)
	assert "MESSAGE-ID" in report.message_ids
	assert is_automatic(mail(name))


def test_each_recipient_has_its_report():
	text = (MAILS / "bounce_postfix.eml").read_text()
	group = "Final-Recipient: rfc822; pay@example.com"
	two = text.replace(group, f"Final-Recipient: rfc822; boss@example.com\nAction: relayed\n\n{group}")
	three = two.replace(
		group, f"Final-Recipient: rfc822; other@example.com\nAction: failed\nStatus: 5.2.2\n\n{group}"
	)
	found = delivery_reports(email.message_from_string(three))
	assert [(one.recipient, one.diagnostic) for one in found] == [
		("other@example.com", "5.2.2"),
		("pay@example.com", "550 5.1.1 mailbox unavailable"),
	]


def test_message_known_by_the_reports_thread_alone():
	text = (MAILS / "bounce_postfix.eml").read_text().replace("Message-Id: <MESSAGE-ID>\n", "")
	report = email.message_from_string(f"References: <a@b> <c@d>\nIn-Reply-To: <c@d>\n{text}")
	assert delivery_reports(report)[0].message_ids == ("c@d", "a@b")


def test_ordinary_mail_is_no_report():
	assert delivery_reports(note(Subject="Undelivered Mail Returned to Sender")) == []


@pytest.mark.parametrize(
	("headers", "automatic"),
	[
		({}, False),
		({"Auto_Submitted": "no"}, False),
		({"Auto_Submitted": "No; comment=x"}, False),
		({"Auto_Submitted": "auto-replied"}, True),
		({"Auto_Submitted": "Auto-Generated"}, True),
		({"Auto_Submitted": "auto-notified; owner-email=x@example.com"}, True),
		({"Precedence": "bulk"}, True),
		({"Precedence": "list"}, False),
		({"X_Autoreply": "yes"}, True),
		({"X_Autorespond": ""}, True),
	],
)
def test_automatic(headers, automatic):
	assert is_automatic(note(**headers)) is automatic


def test_answered_ids_nearest_first():
	message = note(In_Reply_To="<c@d>", References="<a@b> <b@c> <c@d>")
	assert answered_ids(message) == ["c@d", "b@c", "a@b"]
	assert answered_ids(note()) == []


@given(st.binary(max_size=600))
def test_no_mail_breaks_it(raw):
	for data in (raw, (MAILS / "bounce_postfix.eml").read_bytes()[: len(raw) * 4] + raw):
		message = email.message_from_bytes(data)
		for report in delivery_reports(message):
			assert report.outcome in ("failed", "delayed", "delivered")
		is_automatic(message)
		answered_ids(message)
