"""The channels of a plan step, and what each of them is."""

from __future__ import annotations

EMAIL = "Email"
LETTER = "Letter"
SMS = "SMS"
WHATSAPP = "WhatsApp"
REGISTERED_EMAIL = "Registered E-Mail"
CALL = "Call"
TASK = "Task"
HAND_OVER = "Hand Over"
INSURER_NOTICE = "Insurer Notice"

CHANNELS = (EMAIL, LETTER, SMS, WHATSAPP, REGISTERED_EMAIL, CALL, TASK, HAND_OVER, INSURER_NOTICE)
# Reach the customer the moment they are sent: quiet hours and days off hold them.
INSTANT = frozenset({EMAIL, SMS, WHATSAPP, REGISTERED_EMAIL})
# Address the customer without a person: the contact limits count them, and they need a letter.
CONTACTS = frozenset({EMAIL, LETTER, SMS, WHATSAPP, REGISTERED_EMAIL})
# Take the letter's text message, not its body.
TEXTS = frozenset({SMS, WHATSAPP})
# Hold a printed letter, or are one.
PRINTED = frozenset({LETTER, REGISTERED_EMAIL})
# What papers can go along with.
ATTACHING = frozenset({EMAIL, LETTER, REGISTERED_EMAIL})
# Work for a collector, who knows the hour.
TASKS = frozenset({CALL, TASK})
# Go to a partner (agency, lawyer, insurer), not to the customer.
PARTNERS = frozenset({HAND_OVER, INSURER_NOTICE})
# Channel -> what a connector has to do to send it.
CONNECTED = {
	SMS: "send_sms",
	WHATSAPP: "send_whatsapp",
	LETTER: "send_letter",
	REGISTERED_EMAIL: "send_registered_email",
}
# Of these, those that nothing but a connector can send.
ONLY_CONNECTED = frozenset({WHATSAPP, REGISTERED_EMAIL})
