import json
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from collections_app.engine.reasons import Reason


def test_a_reason_goes_through_json_and_back():
	reason = Reason(
		"below_minimum",
		{
			"total": np.float64(12.5),
			"count": np.int64(3),
			"due_on": pd.Timestamp("2024-06-03 10:00"),
			"day": date(2024, 6, 3),
			"at": datetime(2024, 6, 3, 9),
			"numpy_day": np.datetime64("2024-06-03"),
			"missing": float("nan"),
			"no_day": pd.NaT,
			"items": {"b", "a"},
			"flag": np.bool_(True),
		},
	)
	text = json.dumps(reason.to_dict(), allow_nan=False)
	assert Reason.from_dict(json.loads(text)) == reason
	assert reason.params == {
		"total": 12.5,
		"count": 3,
		"due_on": "2024-06-03",
		"day": "2024-06-03",
		"at": "2024-06-03",
		"numpy_day": "2024-06-03",
		"missing": None,
		"no_day": None,
		"items": ["a", "b"],
		"flag": True,
	}


def test_reasons_are_equal_and_hashable_by_content():
	assert len({Reason("x", {"a": 1, "b": [1]}), Reason("x", {"b": [1], "a": 1}), Reason("y")}) == 2


@pytest.mark.parametrize("data", [None, {}, "text", {"params": {}}, {"code": ""}])
def test_what_is_no_reason_is_refused(data):
	with pytest.raises(ValueError):
		Reason.from_dict(data)
