"""How an action leaves the house. A channel has `check` (can it send at all?) and `hand_over` (send this one)."""

from collections_app.services.outbox.channels import call, email

CHANNELS = {"Email": email, "Call": call}
