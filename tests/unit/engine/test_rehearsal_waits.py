"""What moves a rehearsed message to another day: pauses, days off, limits; and what each channel needs."""

from datetime import timedelta

import pandas as pd

from collections_app.engine.calendar import Calendar
from collections_app.engine.holds import HoldPolicy
from collections_app.engine.rehearsal import rehearse
from collections_app.engine.rehearsal_totals import totals
from tests.unit.engine.builders import AS_OF, item, step
from tests.unit.engine.test_rehearsal import FREE, customers, day, offset, open_items, sent


def test_the_contact_limit_counts_what_the_days_before_sent():
	policy = HoldPolicy(contacts_per_week=1)
	steps = [step(1, 1), step(2, 2), step(3, 3, channel="Call", letter=None)]
	row, known = item(due_date=day(-30)), customers(C1="a@example.com")
	assert sent(row, steps=steps, policy=policy, customers=known) == [(0, 1), (7, 2), (8, 3)]
	before = {"C1": [AS_OF - timedelta(days=5)]}
	assert sent(row, steps=steps[:1], policy=policy, customers=known, contacts=before) == [(2, 1)]


def test_of_two_messages_the_more_overdue_one_uses_the_contact():
	policy = HoldPolicy(contacts_per_day=1)
	rows = [
		item("SI-1", due_date=day(-2), currency="EUR", outstanding=10.0),
		item("SI-2", due_date=day(-2), currency="USD", outstanding=90.0),
	]
	frame = open_items(*rows)
	found = rehearse(frame, [step(1, 1)], AS_OF, 10, None, customers(C1="a@b.example"), policy).messages
	assert [(offset(row.day), row.currency) for row in found.itertuples()] == [(0, "USD"), (1, "EUR")]


def test_a_paused_plan_waits_its_last_day_included():
	known = customers(C1="a@example.com")
	pauses = {"P": AS_OF + timedelta(days=4), "Q": AS_OF + timedelta(days=30)}
	assert sent(item(due_date=day(-1)), policy=FREE, customers=known, plan_pauses=pauses)[0] == (5, 2)


def test_business_days_and_days_off_are_those_of_the_customers_country():
	tuesday = AS_OF + timedelta(days=1)
	policy = HoldPolicy(weekends=False, calendars={"Germany": Calendar(frozenset({tuesday}))})
	steps = [step(1, 1, business_days=True), step(2, 8)]
	for country, expected in (("Germany", [(2, 1), (8, 2)]), ("Spain", [(1, 1), (8, 2)])):
		known = customers(C1="a@example.com").assign(country=country)
		row = item(due_date=day(0), country=country)
		assert sent(row, steps=steps, policy=policy, customers=known) == expected
	# nobody holds a call on a holiday: its step comes a business day later by itself
	call = [step(1, 1, channel="Call", business_days=True)]
	known = customers(C1="a@example.com").assign(country="Germany")
	assert sent(item(due_date=day(0), country="Germany"), steps=call, policy=policy, customers=known) == [
		(2, 1)
	]
	# a message of calendar days waits for the end of the holiday too
	known = customers(C1="a@example.com").assign(country="Germany")
	assert sent(item(due_date=day(0)), steps=[step(1, 1)], policy=policy, customers=known) == [(2, 1)]


def test_each_channel_by_its_own_address():
	known = pd.DataFrame({"phone": ["+49 170 1"], "postal_address": [""]}, index=["C1"])
	for channel, code in (("SMS", None), ("Letter", "no_postal_address"), ("Email", "no_email_address")):
		found = rehearse(
			open_items(item(due_date=day(-1))), [step(1, 1, channel=channel)], AS_OF, 3, None, known, FREE
		).messages
		assert [one.code for one in found["held"].iloc[0]] == ([code] if code else [])


def test_only_messages_use_up_the_limit():
	policy = HoldPolicy(contacts_per_day=1, contacts_per_week=1)
	known = customers(C1="a@example.com").assign(phone="1", postal_address="Office")
	for channel, day_of_the_mail in (("Task", 1), ("Insurer Notice", 1), ("SMS", 7), ("Letter", 7)):
		steps = [step(1, 1, channel=channel), step(2, 2)]
		rows = sent(item(due_date=day(-30)), steps=steps, policy=policy, customers=known)
		assert rows == [(0, 1), (day_of_the_mail, 2)], channel


def test_totals_tell_messages_tasks_and_partners_apart():
	channels = ("Email", "SMS", "Letter", "Call", "Task", "Hand Over", "Insurer Notice")
	steps = [step(number, number, channel=channel) for number, channel in enumerate(channels, start=1)]
	rehearsal = rehearse(open_items(item(due_date=day(-1))), steps, AS_OF, 20)
	found = totals(rehearsal)
	assert (found["messages"], found["calls"], found["handed_over"]) == (3, 2, 2)
