"""A legal unit of the French register as a report: whether it is active, and since when it is not."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from collections_app.connectors.records import Candidate, CreditReport, Subject

PROVIDER = "INSEE Sirene"
STATES = {"A": "active", "C": "ceased"}
# what stands for a name that the person keeps private
HIDDEN = "[ND]"
WITHHELD = "P"


def siren_of(text: str, french: bool = True) -> str:
	"""The SIREN (nine digits) of a SIREN, a SIRET or a French VAT number whose check digit is right; empty for anything else.
	Digits alone count only where the customer is not known to be elsewhere (`french`)."""
	number = re.sub(r"[^A-Z0-9]", "", text.upper())
	if re.fullmatch(r"FR[A-Z0-9]{2}\d{9}", number):
		siren = number[4:]
	elif french and re.fullmatch(r"\d{9}|\d{14}", number):
		siren = number[:9]
	else:
		return ""
	return siren if _luhn(siren) else ""


def search_of(name: str) -> str:
	"""The query for legal units that are or were called so; empty without a name."""
	words = " ".join(re.findall(r"[^\W_]+", name))
	return f'periode(denominationUniteLegale:"{words}")' if words else ""


def candidate(unit: Mapping[str, Any]) -> Candidate:
	period = current(unit)
	siren = unit["siren"]
	return Candidate(
		customer_id=siren,
		name=name_of(unit, period),
		tax_id=f"FR{_vat_key(siren):02d}{siren}",
		registration_number=siren,
		country="FR",
		status=STATES[period["etatAdministratifUniteLegale"]],
	)


def report(unit: Mapping[str, Any], subject: Subject, today: date, valid_until: date) -> CreditReport:
	"""KeyError when the unit lacks its number or state."""
	period = current(unit)
	state = STATES[period["etatAdministratifUniteLegale"]]
	ceased_on = period.get("dateDebut") if state == "ceased" else None
	details = {
		"status": state,
		"ceased": state == "ceased",
		"ceased_on": ceased_on,
		"founded_on": unit.get("dateCreationUniteLegale"),
		"legal_form": period.get("categorieJuridiqueUniteLegale"),
		"activity": period.get("activitePrincipaleUniteLegale"),
		"employees": unit.get("trancheEffectifsUniteLegale"),
		"size": unit.get("categorieEntreprise"),
		"withheld": unit.get("statutDiffusionUniteLegale") == WITHHELD,
	}
	return CreditReport(
		customer_id=unit["siren"],
		provider=PROVIDER,
		reported_on=today,
		valid_until=valid_until,
		provider_score=state,
		summary=f"Ceased on {ceased_on}" if ceased_on else state.capitalize(),
		details={name: value for name, value in details.items() if value not in (None, "")},
		tax_id=subject.tax_id,
		name=name_of(unit, period),
		customer=subject.customer,
		registration_number=unit["siren"],
	)


def current(unit: Mapping[str, Any]) -> Mapping[str, Any]:
	"""The period that has no end. KeyError when there is none."""
	for period in unit["periodesUniteLegale"]:
		if not period.get("dateFin"):
			return period
	raise KeyError("periodesUniteLegale")


def name_of(unit: Mapping[str, Any], period: Mapping[str, Any]) -> str:
	"""The company's name, or the person's; empty where it is kept private."""
	person = (unit.get("prenomUsuelUniteLegale"), period.get("nomUniteLegale"))
	name = period.get("denominationUniteLegale") or " ".join(part for part in person if part)
	return "" if HIDDEN in name else name


def _vat_key(siren: str) -> int:
	return (12 + 3 * (int(siren) % 97)) % 97


def _luhn(digits: str) -> bool:
	doubled = [int(one) * (1 + position % 2) for position, one in enumerate(reversed(digits))]
	return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
