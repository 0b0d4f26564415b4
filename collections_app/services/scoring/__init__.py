"""Score: behaviour, exposure and outside facts of every customer become one Risk Score with its reasons."""

from collections_app.services.scoring.cards import load_scorecard, to_engine
from collections_app.services.scoring.run import AT_RISK, customer_facts, score
from collections_app.services.scoring.store import latest_scores

__all__ = ["AT_RISK", "customer_facts", "latest_scores", "load_scorecard", "score", "to_engine"]
