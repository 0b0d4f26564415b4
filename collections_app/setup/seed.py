"""First content of a new site: letters, plans, reasons, scorecard, late interest rates.

Seeded once, at install. From then on it belongs to the user: a record that exists is never touched.
The texts stand in `collections_app/data/`.
"""

import json
from pathlib import Path

import frappe
from frappe import _

from collections_app.engine.interest_rates import DIRECTIVE, rates_from_data
from collections_app.services.language import site_language

DATA = Path(__file__).parents[1] / "data"
# the letter of this name is what collectors say on the phone
CALL_SCRIPT = "Call Script"
# the defaults of the DocType
SENDING_HOURS = {"sending_from": "08:00:00", "sending_until": "18:00:00"}


def seed() -> None:
	seed_letters()
	for doctype, file in (
		("Dunning Plan", "dunning_plans.json"),
		("Dispute Reason", "dispute_reasons.json"),
		("Risk Scorecard", "risk_scorecard.json"),
	):
		for record in read_records(file):
			insert_if_missing(doctype, in_site_language(record))
	seed_late_interest_rates()
	fill_settings()


def seed_letters() -> None:
	for folder in sorted(path for path in (DATA / "letters").iterdir() if path.is_dir()):
		seed_letter(folder)
	seed_letter(DATA / "call_script")


def seed_letter(folder: Path) -> None:
	languages = set(frappe.get_all("Language", pluck="name"))
	letter = json.loads((folder / "letter.json").read_text(encoding="utf-8"))
	messages = read_messages(folder)
	letter["translations"] = [
		{**read_translation(file), "sms_text": messages.get(file.stem)}
		for file in sorted(folder.glob("*.html"))
		if file.stem in languages
	]
	insert_if_missing("Collection Letter", in_site_language(letter))


def in_site_language(record: dict) -> dict:
	"""The record with its descriptions and its steps' names in the language of the site. Names of records stay: they are
	shown to each user translated."""
	texts = {
		key: _(record[key], lang=site_language()) for key in ("description", "step_name") if record.get(key)
	}
	steps = [in_site_language(step) for step in record.get("steps", ())]
	return {**record, **texts, **({"steps": steps} if steps else {})}


def seed_late_interest_rates() -> None:
	"""One Late Interest Rate for each country and half-year; countries the site does not know are left out."""
	countries = {
		(code or "").upper(): name
		for name, code in frappe.get_all("Country", fields=["name", "code"], as_list=True)
	}
	known = set(frappe.get_all("Late Interest Rate", pluck="name"))
	for rate in rates_from_data(json.loads((DATA / "late_interest_rates.json").read_text(encoding="utf-8"))):
		law = {"applies_to": "Euro Area"} if rate.country == DIRECTIVE else {"applies_to": "Country"}
		if rate.country != DIRECTIVE:
			law["country"] = countries.get(rate.country)
			if not law["country"]:
				continue
		if f"{rate.country}-{rate.effective_from}" in known:
			continue
		indemnity = rate.indemnity
		frappe.get_doc(
			{
				"doctype": "Late Interest Rate",
				**law,
				"effective_from": rate.effective_from,
				"annual_rate": float(rate.annual_rate),
				"fixed_at_start": int(rate.fixed_at_start),
				"indemnity_currency": indemnity.currency if indemnity else None,
				"indemnity": [
					{"from_debt": float(tier.from_debt), "amount": float(tier.amount)}
					for tier in (indemnity.tiers if indemnity else ())
				],
				"source": rate.source,
			}
		).insert(ignore_permissions=True)


def read_translation(file: Path) -> dict:
	"""First line `Subject: ...`, an empty line, then the body."""
	head, body = file.read_text(encoding="utf-8").split("\n\n", 1)
	return {"language": file.stem, "subject": head.removeprefix("Subject:").strip(), "body": body.strip()}


def read_messages(folder: Path) -> dict[str, str]:
	"""Language -> text message; only letters that remind of a payment have some."""
	file = folder / "sms.json"
	return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def read_records(file: str) -> list[dict]:
	records = json.loads((DATA / file).read_text(encoding="utf-8"))
	return records if isinstance(records, list) else [records]


def insert_if_missing(doctype: str, record: dict) -> None:
	key = frappe.get_meta(doctype).autoname.removeprefix("field:")
	if not frappe.db.exists(doctype, {key: record[key]}):
		frappe.get_doc({"doctype": doctype, **record}).insert(ignore_permissions=True)


def fill_settings() -> None:
	"""Every existing company is offered, switched off, so that nothing is sent before someone decides."""
	settings = frappe.get_single("Collections Settings")
	if not settings.scorecard:
		# never seeded: v15 has given the Time fields the time of the install, whatever their default
		settings.update(SENDING_HOURS)
	settings.scorecard = settings.scorecard or frappe.db.get_value("Risk Scorecard", {}, "name")
	if not settings.call_script and frappe.db.exists("Collection Letter", CALL_SCRIPT):
		settings.call_script = CALL_SCRIPT
	listed = {row.company for row in settings.companies}
	for company in frappe.get_all("Company", pluck="name", order_by="creation"):
		if company not in listed:
			settings.append("companies", {"company": company, "enabled": 0})
	settings.flags.ignore_permissions = True
	settings.save()
