"""Steps left out, or made to wait, with the reason: rows of item, step, level and reason."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from collections_app.engine.reasons import Reason

SKIPPED_COLUMNS = ["item", "step", "level", "reason"]


def skipped_rows(item: pd.Series, steps: Sequence, reasons: list[Reason]) -> pd.DataFrame:
	"""A row (SKIPPED_COLUMNS) for each item; `steps`: its Step, or None where none is meant."""
	columns = {
		"item": item.to_numpy(),
		"step": [step.step if step else "" for step in steps],
		"level": [step.level if step else 0 for step in steps],
		"reason": reasons,
	}
	return pd.DataFrame(columns, columns=SKIPPED_COLUMNS)


def join_skipped(frames: list[pd.DataFrame]) -> pd.DataFrame:
	frames = [frame for frame in frames if len(frame)]
	return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=SKIPPED_COLUMNS)
