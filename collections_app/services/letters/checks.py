"""What is wrong with a letter's texts, found when it is saved: each finding names language, field and line."""

import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape, unescape

import frappe
from frappe import _

from collections_app.engine.letter_checks import Problem, check_template
from collections_app.services.letters.formats import speaking
from collections_app.services.letters.languages import customers_without
from collections_app.services.letters.render import render_text
from collections_app.services.letters.samples import sample_facts
from collections_app.services.letters.values import variables

FIELDS = ("subject", "body", "sms_text")
# one item and many, everything known and nothing that may be empty
SITUATIONS = ((1, False), (3, True))
# how many of them one message lists
SHOWN = 10


@dataclass(frozen=True)
class Finding:
	"""A sentence for the writer, and where: row of the translation, language, field, line."""

	idx: int
	language: str
	field: str
	line: int
	message: str

	def as_dict(self) -> dict:
		return {**vars(self), "where": where(self.field, self.language, self.line)}


def field_label(field: str) -> str:
	return {"subject": _("Subject"), "body": _("Body"), "sms_text": _("Text Message")}[field]


def where(field: str, language: str, line: int) -> str:
	return _("{0} in {1}, line {2}").format(field_label(field), language, line)


def check_letter(letter) -> list[Finding]:
	"""The errors of all texts of a Collection Letter, in its order."""
	found = []
	for row in letter.translations:
		for field in FIELDS:
			text = row.get(field) or ""
			if not text.strip() and field != "sms_text":
				message = _("There is no text, but the language has others.")
				found.append(Finding(row.idx, row.language, field, 1, message))
			found += check_text(row.idx, row.language or "en", field, text)
	return found


def check_text(idx: int, language: str, field: str, text: str) -> list[Finding]:
	"""The errors of one text: those of its syntax tree; only where there are none it is tried with sample values."""
	problems = check_template(text, frappe.get_jenv())
	if problems:
		return [Finding(idx, language, field, one.line, sentence(one)) for one in problems]
	if error := trial_error(text, language):
		return [Finding(idx, language, field, *error)]
	return []


def trial_error(text: str, language: str) -> tuple[int, str] | None:
	"""Line and message of what fails when the text is filled in with samples."""
	if "{" not in text:
		return None
	for items, bare in SITUATIONS:
		try:
			with speaking(language):
				render_text(text, variables(sample_facts(items, bare), language))
		except Exception as error:
			frappe.clear_last_message()
			return template_line(error), _("It cannot be filled in: {0}").format(_innermost(error))
	return None


def _innermost(error: BaseException) -> str:
	"""What went wrong: v16 puts a whole traceback as HTML into the error, whose last line says it."""
	lines = [line.strip() for line in unescape(re.sub(r"</?pre>", "", str(error))).splitlines()]
	return next((line for line in reversed(lines) if line), type(error).__name__)


def template_line(error: BaseException) -> int:
	"""The line of the template where it failed: Jinja writes it into the traceback."""
	while error is not None:
		frames = traceback.extract_tb(error.__traceback__)
		lines = [frame.lineno for frame in frames if frame.filename == "<template>" and frame.lineno]
		if lines:
			return lines[-1]
		error = error.__context__
	return 1


def sentence(problem: Problem) -> str:
	"""A problem of the syntax tree in the writer's language."""
	values = problem.params
	if problem.code == "syntax":
		return values["what"]
	if problem.code == "not_allowed":
		return _("'{0}' is not allowed in a letter").format(values["what"])
	if problem.code == "unknown_filter":
		return _("There is no filter named '{0}'").format(values["name"])
	if problem.code == "unknown_test":
		return _("There is no test named '{0}'").format(values["name"])
	if problem.code == "unknown_variable":
		text = _("There is no variable named '{0}'").format(values["name"])
	elif values["fields"]:
		text = _("'{0}' has no field '{1}'; it has {2}").format(
			values["owner"], values["name"], values["fields"]
		)
	else:
		text = _("'{0}' has no field '{1}'").format(values["owner"], values["name"])
	return f"{text}. {_('Did you mean {0}?').format(values['guess'])}" if values.get("guess") else text


def report(letter, findings: Iterable[Finding]) -> str:
	"""The findings as one message for the desk, each on its own line."""
	findings = list(findings)
	lines = [
		f"{where(one.field, one.language, one.line)}: {escape(one.message, quote=False)}"
		for one in findings[:SHOWN]
	]
	if len(findings) > SHOWN:
		lines.append(_("and {0} more").format(len(findings) - SHOWN))
	name = frappe.bold(frappe.utils.escape_html(letter.letter_name or letter.name))
	return "<br>".join([_("Letter {0} cannot be saved like this:").format(name), *lines])


def warnings(letter) -> list[str]:
	"""What is worth telling but does not keep the letter from being saved."""
	told = []
	languages = [row.language for row in letter.translations]
	missing = customers_without(languages)
	if missing:
		named = ", ".join(f"{language} ({customers})" for language, customers in missing.items())
		told.append(
			_("Customers read languages this letter has no text in, and get another one: {0}").format(named)
		)
	silent = [row.language for row in letter.translations if not (row.sms_text or "").strip()]
	if silent and len(silent) < len(languages):
		told.append(_("There is no Text Message in {0}, but in other languages.").format(", ".join(silent)))
	return told
