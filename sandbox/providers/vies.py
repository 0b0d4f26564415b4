"""VIES's REST service, played: numbers of member states, some of them away or busy, errors behind a good status.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.vies import CREDENTIALS, ViesServer

__all__ = ["CREDENTIALS", "ViesServer"]
