"""Plans, reasons and scorecard as shipped: they fit their DocTypes, and every step can be reached."""

from __future__ import annotations

from itertools import pairwise

import pytest
from letter_samples import DATA, LETTERS, doctype_fields, read_json

PLANS = {plan["plan_name"]: plan for plan in read_json("dunning_plans.json")}
LETTER_NAMES = {read_json(f"letters/{slug}/letter.json")["letter_name"] for slug in LETTERS}
SCORECARD = read_json("risk_scorecard.json")
each_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS.keys())
BANDS = {"A", "B", "C", "D", "E"}
# Sent on an occasion, such as a promise or a dispute: the shipped plans do without them.
ON_OCCASION = {
	"Promise Confirmation",
	"Promise Not Kept",
	"Dispute Acknowledgement",
	"Part Payment Received",
	"Invoice Copies",
}


def options(doctype: str, field: str) -> set[str]:
	return set(doctype_fields(doctype)[field]["options"].split("\n"))


def unknown_keys(record: dict, doctype: str) -> set[str]:
	return set(record) - set(doctype_fields(doctype))


def test_four_plans_tried_in_a_clear_order():
	assert set(PLANS) == {"Gentle", "Standard", "Firm", "Key Account"}
	by_priority = sorted(PLANS.values(), key=lambda plan: plan["priority"])
	assert len({plan["priority"] for plan in by_priority}) == 4
	assert by_priority[0]["plan_name"] == "Key Account"
	assert by_priority[-1]["plan_name"] == "Standard"
	# Only the last plan may catch everyone: one before it would hide those after.
	assert [bool(plan["conditions"]) for plan in by_priority] == [True, True, True, False]


@each_plan
def test_fields_are_those_of_the_doctype(plan):
	assert not unknown_keys(plan, "dunning_plan")
	assert plan["enabled"] == 1 and plan["description"]
	for step in plan["steps"]:
		assert not unknown_keys(step, "dunning_plan_step")
	for condition in plan["conditions"]:
		assert not unknown_keys(condition, "dunning_plan_condition")


@each_plan
def test_conditions_are_valid(plan):
	for condition in plan["conditions"]:
		assert condition["fact"] in options("dunning_plan_condition", "fact")
		assert condition["operator"] in options("dunning_plan_condition", "operator")
		assert isinstance(condition["value"], str) and condition["value"]
		if condition["fact"] == "Risk Band":
			assert {value.strip() for value in condition["value"].split(",")} <= BANDS


@each_plan
def test_letters_exist_and_calls_have_none(plan):
	channels = options("dunning_plan_step", "channel")
	for step in plan["steps"]:
		assert step["channel"] in channels
		if step["channel"] in ("Email", "Letter", "SMS"):
			assert step["letter"] in LETTER_NAMES
		else:
			assert step["letter"] is None
		if step["channel"] in ("Call", "SMS"):
			assert not step["attach_invoices"]
	assert any(step["channel"] == "Call" for step in plan["steps"])


def test_the_firm_plan_shows_every_channel_that_needs_no_connector_but_the_task():
	used = {name: {step["channel"] for step in plan["steps"]} for name, plan in PLANS.items()}
	assert used.pop("Firm") == options("dunning_plan_step", "channel") - {
		"Task",
		"WhatsApp",
		"Registered E-Mail",
	}
	assert all(channels <= {"Email", "Call", "Hand Over"} for channels in used.values())
	for plan in PLANS.values():
		for step in plan["steps"]:
			if step["channel"] == "Hand Over":
				assert step is plan["steps"][-1]
				assert step["hand_over_to"] in options("dunning_plan_step", "hand_over_to") - {""}


def test_text_messages_use_letters_that_have_a_text():
	texts = {slug: (DATA / "letters" / slug / "sms.json").exists() for slug in LETTERS}
	names = {read_json(f"letters/{slug}/letter.json")["letter_name"]: found for slug, found in texts.items()}
	for plan in PLANS.values():
		assert all(names[step["letter"]] for step in plan["steps"] if step["channel"] == "SMS")


def test_every_letter_for_plans_is_used():
	used = {step["letter"] for plan in PLANS.values() for step in plan["steps"]} - {None}
	assert used == LETTER_NAMES - ON_OCCASION and ON_OCCASION <= LETTER_NAMES


@each_plan
def test_triggers_rise_by_at_least_the_minimum_gap(plan):
	week = {"Business Days": 7 / 5}
	days = [step["trigger_days"] * week.get(step.get("day_type"), 1) for step in plan["steps"]]
	for earlier, later in pairwise(days):
		assert later - earlier >= plan["minimum_gap_days"], days


@each_plan
def test_a_minimum_amount_never_blocks_a_cheaper_step(plan):
	"""A step waits until its minimum is reached, so after the due date a later minimum is never lower."""
	minimums = [step["minimum_amount"] for step in plan["steps"] if step["trigger_days"] >= 0]
	assert minimums == sorted(minimums) and min(minimums) >= 0


@each_plan
def test_notes_before_the_due_date_say_so(plan):
	for step in plan["steps"]:
		assert (step["trigger_days"] < 0) == (step["letter"] == "Payment Due Soon")


def test_final_notices_need_approval_and_key_accounts_get_none():
	for plan in PLANS.values():
		for step in plan["steps"]:
			if step["letter"] == "Final Notice" or step["channel"] == "Hand Over":
				assert step["requires_approval"] == 1
	key_account = PLANS["Key Account"]["steps"]
	assert all(step["letter"] != "Final Notice" for step in key_account)
	assert all(step["requires_approval"] for step in key_account[1:] if step["channel"] == "Email")


def test_firmer_plans_start_earlier():
	first_reminder = {
		name: next(step["trigger_days"] for step in plan["steps"] if step["trigger_days"] > 0)
		for name, plan in PLANS.items()
	}
	assert first_reminder["Firm"] < first_reminder["Standard"] < first_reminder["Gentle"]


def test_dispute_reasons():
	reasons = read_json("dispute_reasons.json")
	names = [reason["reason_name"] for reason in reasons]
	assert len(set(names)) == len(names) >= 10 and names[-1] == "Other"
	for reason in reasons:
		assert not unknown_keys(reason, "dispute_reason")
		assert reason["description"].endswith(".")


def test_scorecard_weighs_every_factor_and_sums_to_100():
	weights = {row["factor"]: row["weight"] for row in SCORECARD["factors"]}
	assert set(weights) == options("risk_scorecard_factor", "factor")
	assert len(weights) == len(SCORECARD["factors"]) and sum(weights.values()) == 100
	assert min(weights.values()) > 0
	for row in SCORECARD["factors"]:
		assert not unknown_keys(row, "risk_scorecard_factor")


def test_scorecard_bands_and_history():
	assert not unknown_keys(SCORECARD, "risk_scorecard")
	assert [SCORECARD[f"band_{band}_from"] for band in "abcd"] == [80, 60, 40, 20]
	assert SCORECARD["minimum_history"] == 3
	assert SCORECARD["scorecard_name"] == "Standard Scorecard"
