"""Atradius' API, played: a token, buyers, covers, non-payments.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.atradius import CREDENTIALS, AtradiusServer

__all__ = ["CREDENTIALS", "AtradiusServer"]
