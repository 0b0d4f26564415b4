"""The connection test: really tried, logged, and what it finds is kept (accounts, the consent's end)."""

import time

import frappe

from collections_app.connectors.base import ConnectorError, Discovery, UnsupportedError
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import plain, write_log
from collections_app.services.texts import message_of, told


def test(config) -> dict:
	"""ok, and what was found or what to do."""
	started, lent, ok = time.perf_counter(), None, True
	try:
		with lend(config) as lent:
			message = told(lent.connector.check())
			try:
				_keep(config, lent.connector.discover())
			except UnsupportedError:
				pass  # it only sends
	except ConnectorError as error:
		ok, message = False, message_of(error)
	if lent and lent.request_count:
		write_log(
			config.name,
			"Test",
			"Success" if ok else "Failed",
			seconds=round(time.perf_counter() - started, 2),
			message=plain(message),
			requests=lent.requests,
			request_count=lent.request_count,
		)
	values = {"status": "Healthy" if ok else "Failing", "status_message": "" if ok else plain(message)}
	frappe.db.set_value("Connector Config", config.name, values)
	return {"ok": ok, "message": plain(message)}


def _keep(config, found: Discovery) -> None:
	"""New accounts of the provider get a row; the bank account with the same IBAN is chosen at once."""
	config.reload()
	known = {row.account_id: row for row in config.accounts}
	for account in found.accounts:
		row = known.get(account.account_id) or config.append(
			"accounts",
			{
				"account_id": account.account_id,
				"enabled": 1,
				"bank_account": _same_iban(config, account.iban),
			},
		)
		row.update({"label": account.label, "iban": account.iban, "currency": account.currency})
	if found.consent_until:
		config.consent_until = found.consent_until
	if found.accounts or found.consent_until:
		config.save(ignore_permissions=True)


def _same_iban(config, iban: str) -> str | None:
	if not iban:
		return None
	wanted = "".join(iban.split()).upper()
	taken = {row.bank_account for row in config.accounts}
	for one in frappe.get_all(
		"Bank Account",
		filters={"is_company_account": 1, "company": config.company},
		fields=["name", "iban"],
		order_by="creation",
	):
		if "".join((one.iban or "").split()).upper() == wanted and one.name not in taken:
			return one.name
	return None
