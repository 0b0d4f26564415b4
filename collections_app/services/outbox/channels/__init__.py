"""How an action leaves the house. A channel has `check` (can it send at all?) and `hand_over` (send this one).

`hand_over` only writes to the database, so that a failure takes everything back; a channel that calls a provider in it
says so with `LEAVES_AT_ONCE = True`: after a crash its actions become Uncertain instead of going out again. Where the company
has a connector for the channel, `compose` writes the message instead, and `connected.py` hands it to the connector.
"""

from collections_app.services.outbox.channels import (
	call,
	email,
	hand_over,
	insurer_notice,
	letter,
	registered_email,
	sms,
	task,
	whatsapp,
)

CHANNELS = {
	"Email": email,
	"Letter": letter,
	"SMS": sms,
	"WhatsApp": whatsapp,
	"Registered E-Mail": registered_email,
	"Call": call,
	"Task": task,
	"Hand Over": hand_over,
	"Insurer Notice": insurer_notice,
}
