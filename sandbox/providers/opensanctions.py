"""OpenSanctions' matching API, played: entries of lists, compared by the words of their names; a monthly quota.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.opensanctions import CREDENTIALS, OpenSanctionsServer

__all__ = ["CREDENTIALS", "OpenSanctionsServer"]
