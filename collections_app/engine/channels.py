"""The channels of a plan step, and what each of them is."""

from __future__ import annotations

EMAIL = "Email"
LETTER = "Letter"
SMS = "SMS"
CALL = "Call"
TASK = "Task"
HAND_OVER = "Hand Over"
INSURER_NOTICE = "Insurer Notice"

CHANNELS = (EMAIL, LETTER, SMS, CALL, TASK, HAND_OVER, INSURER_NOTICE)
# Reach the customer the moment they are sent: quiet hours and days off hold them.
INSTANT = frozenset({EMAIL, SMS})
# Address the customer without a person: the contact limits count them, and they need a letter.
CONTACTS = frozenset({EMAIL, LETTER, SMS})
# Work for a collector, who knows the hour.
TASKS = frozenset({CALL, TASK})
# Go to a partner (agency, lawyer, insurer), not to the customer.
PARTNERS = frozenset({HAND_OVER, INSURER_NOTICE})
