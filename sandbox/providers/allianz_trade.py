"""Allianz Trade's API, played: jobs, covers, declared overdues, call-backs.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.allianz_trade import CREDENTIALS, AllianzTradeServer

__all__ = ["CREDENTIALS", "AllianzTradeServer"]
