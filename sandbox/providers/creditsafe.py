"""Creditsafe Connect, played: login, search, reports, a portfolio and its notification events.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.creditsafe import CREDENTIALS, CreditsafeServer

__all__ = ["CREDENTIALS", "CreditsafeServer"]
