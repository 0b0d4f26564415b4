"""Services that low-code connectors are defined for: a bank, a bureau, an insurer, a CRM, a messenger, a payment service.

They are those of the app's tests, which run on a bench, too.
"""

from collections_app.tests.rest_server import API_KEY, RestServer, definition

__all__ = ["API_KEY", "RestServer", "definition"]
