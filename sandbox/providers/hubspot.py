"""HubSpot's CRM API, played: searches with filters and their limit of results, notes, properties, signed webhooks.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.hubspot import CREDENTIALS, SHAPE, HubSpotServer

__all__ = ["CREDENTIALS", "SHAPE", "HubSpotServer"]
