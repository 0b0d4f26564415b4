"""The worklist: whom to act on today, in order, and why.

`facts.py` reads what is known, `rules.py`, `snooze_rules.py` and `reasons.py` decide (pure), `rank.py` keeps the outcome on
the cases, `listing.py` reads it as rows, `words.py` says it. The rest serves the page: `snooze.py`, `progress.py`, `file.py`,
`calls.py`.
"""
