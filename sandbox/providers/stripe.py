"""Stripe's API, played: payment links with idempotency keys, checkout sessions, payouts, signed events.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.stripe import CREDENTIALS, SHAPE, StripeServer

__all__ = ["CREDENTIALS", "SHAPE", "StripeServer"]
