"""Base of the provider simulators: a real HTTP server on 127.0.0.1 with scripted faults.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.api_server import FAULTS, Answer, ApiServer, Refusal, Seen, route

__all__ = ["FAULTS", "Answer", "ApiServer", "Refusal", "Seen", "route"]
