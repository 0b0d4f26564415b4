"""How an action leaves the house. A channel has `check` (can it send at all?) and `hand_over` (send this one).

`hand_over` only writes to the database, so that a failure takes everything back; a channel that calls a provider in it
says so with `LEAVES_AT_ONCE = True`: after a crash its actions become Uncertain instead of going out again.
"""

from collections_app.services.outbox.channels import call, email, hand_over, insurer_notice, letter, sms, task

CHANNELS = {
	"Email": email,
	"Letter": letter,
	"SMS": sms,
	"Call": call,
	"Task": task,
	"Hand Over": hand_over,
	"Insurer Notice": insurer_notice,
}
