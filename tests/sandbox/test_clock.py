"""The clock which the demo sets to the days before today."""

from datetime import date, datetime, timedelta

import pytest

import frappe
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from sandbox import clock

MOMENT = datetime(2024, 2, 29, 9)


def test_frappe_tells_the_moment_set():
	with clock.set_to(MOMENT):
		assert getdate() == date(2024, 2, 29)
		assert nowdate() == "2024-02-29"
		assert timedelta(0) <= now_datetime() - MOMENT < timedelta(minutes=1)
		todo = frappe.get_doc({"doctype": "ToDo", "description": "Then"}).insert()
		assert getdate(todo.creation) == date(2024, 2, 29)
	frappe.db.rollback()


def test_moments_stay_plain_ones():
	with clock.set_to(MOMENT):
		assert type(now_datetime()) is datetime
		assert type(get_datetime("2024-03-01 10:00:00")) is datetime
		assert getdate(datetime(2024, 3, 1, 10)) == date(2024, 3, 1)
		assert add_days(getdate(), 1) == date(2024, 3, 1)


def test_time_is_as_before_afterwards():
	today = getdate()
	with pytest.raises(ZeroDivisionError), clock.set_to(MOMENT):
		_ = 1 / 0
	assert getdate() == today
