"""Cash application: `match_payments` finds what incoming payments pay, `match_booked` those that were booked before the
bank showed them, `match_payouts` the payouts of payment providers, `match_returns` the receipts that the bank took back."""

from collections_app.engine.matching.booked import match_booked
from collections_app.engine.matching.highlight import reference_spans
from collections_app.engine.matching.match import match_payments
from collections_app.engine.matching.openitems import MatchInputError
from collections_app.engine.matching.payouts import match_payouts
from collections_app.engine.matching.returns import match_returns, says_returned
from collections_app.engine.matching.settings import MatchSettings

__all__ = [
	"MatchInputError",
	"MatchSettings",
	"match_booked",
	"match_payments",
	"match_payouts",
	"match_returns",
	"reference_spans",
	"says_returned",
]
