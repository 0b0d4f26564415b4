"""A model written and read again predicts the same; anything else is refused."""

import pickle
from datetime import date

import pytest
import skops.io

from collections_app.engine.prediction import storage
from collections_app.engine.prediction.learned import fit
from tests.unit.engine.prediction.world import invoices as made_up

CUT = date(2025, 1, 15)


class Caller:
	"""Calls something when it is read back."""

	def __reduce__(self):
		return (print, ("called",))


@pytest.fixture(scope="module")
def invoices():
	return made_up()


def test_reads_what_it_wrote(invoices):
	model = fit(invoices, CUT, ["delivery"])
	again = storage.from_bytes(storage.to_bytes(model))
	assert (again.as_of, again.feature_names, again.count) == (CUT, ("delivery",), model.count)
	assert again.predict(invoices).equals(model.predict(invoices))


def test_nothing_else_is_read(invoices):
	content = storage.to_bytes(fit(invoices, CUT))
	for other in (b"", b"no zip", pickle.dumps({"format": 1}), content[: len(content) // 2]):
		with pytest.raises(storage.ModelFormatError):
			storage.from_bytes(other)
	with pytest.raises(storage.ModelFormatError, match="no model of this version"):
		storage.from_bytes(skops.io.dumps({"format": 99}))


def test_other_classes_are_refused():
	"""A file that would make Python import and call something is not read."""
	with pytest.raises(storage.ModelFormatError, match="holds what no model holds"):
		storage.from_bytes(skops.io.dumps({"format": 1, "trees": Caller()}))


def test_another_version_of_the_library(invoices, monkeypatch):
	content = storage.to_bytes(fit(invoices, CUT))
	monkeypatch.setattr(storage.sklearn, "__version__", "0.1")
	with pytest.raises(storage.ModelFormatError, match="learned with scikit-learn"):
		storage.from_bytes(content)
