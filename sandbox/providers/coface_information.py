"""Coface's business information, played: companies, orders that take their time, monitorings and notifications.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.coface_information import CREDENTIALS, CofaceInformationServer

__all__ = ["CREDENTIALS", "CofaceInformationServer"]
