"""INSEE's Sirene API, played: legal units by number and by name, a key in a header.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.insee_sirene import CREDENTIALS, InseeSireneServer

__all__ = ["CREDENTIALS", "InseeSireneServer"]
