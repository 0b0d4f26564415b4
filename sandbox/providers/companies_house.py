"""Companies House's public data API, played: profiles, insolvency, search; a key as user name.

It is that of the app's tests, which run on a bench, too.
"""

from collections_app.tests.providers.companies_house import CREDENTIALS, CompaniesHouseServer

__all__ = ["CREDENTIALS", "CompaniesHouseServer"]
