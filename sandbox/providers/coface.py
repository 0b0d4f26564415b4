"""Coface's credit insurance, played: a token, companies, covers, overdues.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.coface import CREDENTIALS, CofaceServer

__all__ = ["CREDENTIALS", "CofaceServer"]
