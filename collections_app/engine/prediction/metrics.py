"""How good predictions are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, roc_auc_score

BINS = 10


def late_metrics(late: np.ndarray, chance: np.ndarray) -> dict[str, float | None]:
	"""accuracy (at one half), auc, brier, ece of the probabilities `chance` to be late.

	auc is None where all or none are late.
	"""
	late = np.asarray(late, dtype=bool)
	return {
		"accuracy": float(((chance >= 0.5) == late).mean()),
		"auc": float(roc_auc_score(late, chance)) if 0 < late.mean() < 1 else None,
		"brier": float(brier_score_loss(late, chance)),
		"ece": calibration_error(late, chance),
	}


def calibration(late: np.ndarray, chance: np.ndarray) -> pd.DataFrame:
	"""Per tenth of probability: count, mean chance predicted, share that was late."""
	tenth = np.clip((np.asarray(chance) * BINS).astype(int), 0, BINS - 1)
	table = pd.DataFrame({"tenth": tenth, "chance": chance, "late": np.asarray(late, dtype=float)})
	return table.groupby("tenth").agg(
		count=("late", "size"), chance=("chance", "mean"), late=("late", "mean")
	)


def calibration_error(late: np.ndarray, chance: np.ndarray) -> float:
	"""Expected calibration error: the mean gap between chance and share in ten equally wide bins, weighted
	by how many fall into each (Naeini, Cooper and Hauskrecht 2015)."""
	table = calibration(late, chance)
	return float(((table["chance"] - table["late"]).abs() * table["count"]).sum() / table["count"].sum())
