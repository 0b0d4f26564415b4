"""Cash application: `match_payments(payments, items, aliases, settings)`."""

from collections_app.engine.matching.highlight import reference_spans
from collections_app.engine.matching.match import match_payments
from collections_app.engine.matching.openitems import MatchInputError
from collections_app.engine.matching.settings import MatchSettings

__all__ = ["MatchInputError", "MatchSettings", "match_payments", "reference_spans"]
