"""A learned payment model as bytes and back, without pickle: reading runs no code of the file (skops).

Only numbers, texts and the named classes of scikit-learn are read; anything else is refused.
"""

from __future__ import annotations

from datetime import date
from zipfile import ZIP_DEFLATED

import numpy as np
import pandas as pd
import sklearn
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from collections_app.engine.prediction.learned import PaymentModel
from collections_app.engine.prediction.mixed import MixedModel
from collections_app.engine.texts import SaidError

FORMAT = 2
# parts of scikit-learn's boosted trees that skops does not know by itself
TRUSTED = [
	"sklearn._loss.link.IdentityLink",
	"sklearn._loss.link.Interval",
	"sklearn._loss.link.LogitLink",
	"sklearn._loss.loss.AbsoluteError",
	"sklearn._loss.loss.HalfBinomialLoss",
	"sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
	"sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]
SIMPLE = ("know_disputes", "count", "late_weight", "days_weight", "range_factor")
MIXED = ("intercept", "dispute_days", "noise", "own", "tails", "spread_prior", "half_life", "dispute_rate")


class ModelFormatError(SaidError):
	"""The bytes are no model of this version: learn again."""


def to_bytes(model: PaymentModel) -> bytes:
	"""The model as a zip file of JSON and arrays."""
	mixed = model.mixed
	return skops.io.dumps(
		{
			"format": FORMAT,
			"sklearn": sklearn.__version__,
			"as_of": model.as_of.isoformat(),
			"feature_names": list(model.feature_names),
			"known_on": dict(model.known_on),
			**{name: getattr(model, name) for name in SIMPLE},
			"late_trees": model.late_trees,
			"days_trees": model.days_trees,
			"mixed": {
				**{name: float(getattr(mixed, name)) for name in MIXED},
				"effect_names": [str(name) for name in mixed.effects.index],
				"effects": mixed.effects.to_numpy(dtype=np.float64),
				"trim": [float(end) for end in mixed.trim],
				"dispute_model": mixed.dispute_model,
			},
		},
		compression=ZIP_DEFLATED,
	)


def from_bytes(content: bytes) -> PaymentModel:
	"""The model that `to_bytes` wrote. ModelFormatError when the bytes are something else, hold other classes than
	those named, or were written with another version of scikit-learn or of this format."""
	try:
		found = skops.io.loads(content, trusted=TRUSTED)
	except UntrustedTypesFoundException as error:
		raise ModelFormatError("the file holds what no model holds: {0}", error) from None
	except Exception as error:
		raise ModelFormatError("the file is no model: {0}", error) from None
	if not isinstance(found, dict) or found.get("format") != FORMAT:
		raise ModelFormatError("the file is no model of this version")
	if found["sklearn"] != sklearn.__version__:
		raise ModelFormatError(
			"the model was learned with scikit-learn {0}, here is {1}", found["sklearn"], sklearn.__version__
		)
	mixed = found["mixed"]
	return PaymentModel(
		as_of=date.fromisoformat(found["as_of"]),
		feature_names=tuple(found["feature_names"]),
		known_on=found["known_on"],
		**{name: found[name] for name in SIMPLE},
		late_trees=found["late_trees"],
		days_trees=found["days_trees"],
		mixed=MixedModel(
			**{name: mixed[name] for name in MIXED},
			effects=pd.Series(mixed["effects"], index=mixed["effect_names"], dtype="float64"),
			trim=tuple(mixed["trim"]),
			dispute_model=mixed["dispute_model"],
		),
	)
