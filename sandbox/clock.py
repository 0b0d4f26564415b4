"""The site's clock set to another moment, as the demo needs it for the days before today."""

import datetime
from contextlib import contextmanager
from types import SimpleNamespace


@contextmanager
def set_to(moment: datetime.datetime):
	"""Meanwhile Frappe's `now_datetime`, `getdate` and all that ask them tell `moment`, and the clock goes on from there.

	They ask the `datetime` of their own module, so that alone is replaced; a test's freezegun is no dependency of a bench.
	"""
	from frappe.utils import data

	real = data.datetime
	behind = data.now_datetime() - moment
	data.datetime = SimpleNamespace(**{**vars(datetime), "datetime": _clock(behind)})
	try:
		yield
	finally:
		data.datetime = real


def _clock(behind: datetime.timedelta) -> type:
	"""`datetime.datetime`, only that its `now` is so far behind. What it makes are plain datetimes, which drivers know."""

	class Clock(type):
		def __instancecheck__(cls, one) -> bool:
			return isinstance(one, datetime.datetime)

		def __call__(cls, *arguments, **options) -> datetime.datetime:
			return datetime.datetime(*arguments, **options)

		def __getattr__(cls, name):
			return getattr(datetime.datetime, name)

	class Behind(metaclass=Clock):
		@staticmethod
		def now(zone=None) -> datetime.datetime:
			return datetime.datetime.now(zone) - behind

	return Behind
