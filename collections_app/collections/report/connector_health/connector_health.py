"""Whether each connection of a company works: last success, lag, failures in a row, waiting, what came in the last 7 days."""

import frappe
from frappe import _

from collections_app.services.access import company_for
from collections_app.services.connectors import health


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	if not company:
		return get_columns(), []
	rows = health.report(company)
	return get_columns(), rows, None, get_chart(rows), get_summary(rows)


def get_columns() -> list[dict]:
	count = {"fieldtype": "Int", "width": 110}
	return [
		{
			"fieldname": "connection",
			"label": _("Connection"),
			"fieldtype": "Link",
			"options": "Connector Config",
			"width": 190,
		},
		{"fieldname": "stream", "label": _("Stream"), "fieldtype": "Data", "width": 160},
		{"fieldname": "state", "label": _("State"), "fieldtype": "Data", "width": 140},
		{"fieldname": "last_success", "label": _("Last Success"), "fieldtype": "Datetime", "width": 185},
		{
			"fieldname": "lag_hours",
			"label": _("Late, Hours"),
			"fieldtype": "Float",
			"precision": 1,
			"width": 105,
		},
		{"fieldname": "failures", "label": _("Failures in a Row"), **count, "width": 140},
		{
			"fieldname": "wait_until",
			"label": _("Waits Until"),
			"fieldtype": "Datetime",
			# the table takes a column that begins with an empty cell for numbers
			"align": "left",
			"width": 185,
		},
		{"fieldname": "created", "label": _("New in 7 Days"), **count, "width": 120},
		{"fieldname": "failed", "label": _("Failed in 7 Days"), **count, "width": 130},
		{"fieldname": "parked", "label": _("Parked Records"), **count, "width": 125},
		{
			"fieldname": "consent_until",
			"label": _("Consent Until"),
			"fieldtype": "Date",
			"align": "left",
			"width": 120,
		},
		{
			"fieldname": "message",
			"label": _("What to Do"),
			"fieldtype": "Data",
			"align": "left",
			"width": 420,
		},
	]


def get_chart(rows: list[frappe._dict]) -> dict | None:
	"""Records of the last 7 days by connection."""
	sums = {
		name: [sum(row[field] for row in rows if row.connection == name) for field in ("created", "failed")]
		for name in dict.fromkeys(row.connection for row in rows)
	}
	if not any(sum(pair) for pair in sums.values()):
		return None
	return {
		"data": {
			"labels": list(sums),
			"datasets": [
				{"name": _("New in 7 Days"), "values": [pair[0] for pair in sums.values()]},
				{"name": _("Failed in 7 Days"), "values": [pair[1] for pair in sums.values()]},
			],
		},
		"type": "bar",
		"colors": ["#48BB74", "#E24C4C"],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
	}


def get_summary(rows: list[frappe._dict]) -> list[dict]:
	if not rows:
		return []
	by_connection: dict[str, list[frappe._dict]] = {}
	for row in rows:
		by_connection.setdefault(row.connection, []).append(row)
	failing = sum(any(row.state == "failing" for row in part) for part in by_connection.values())
	late = sum(any(row.lag_hours for row in part) for part in by_connection.values())
	# parked records are counted by connection, and stand in each of its lines
	parked = sum(part[0].parked for part in by_connection.values())
	return [
		{"label": _("Connections"), "value": len(by_connection), "datatype": "Int", "indicator": "Blue"},
		{
			"label": _("Failing"),
			"value": failing,
			"datatype": "Int",
			"indicator": "Red" if failing else "Green",
		},
		{"label": _("Late"), "value": late, "datatype": "Int", "indicator": "Orange"},
		{"label": _("Parked Records"), "value": parked, "datatype": "Int", "indicator": "Orange"},
		{
			"label": _("New in 7 Days"),
			"value": sum(row.created for row in rows),
			"datatype": "Int",
			"indicator": "Green",
		},
	]
