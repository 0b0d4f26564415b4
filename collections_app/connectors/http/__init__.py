"""Parts that a connector over HTTP is put together from. They know neither the framework nor the database."""

from collections_app.connectors.http.client import HttpClient, Response
from collections_app.connectors.http.connector import HttpConnector

__all__ = ["HttpClient", "HttpConnector", "Response"]
