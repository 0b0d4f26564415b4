"""pypika's SQLite dialect as the framework's own fork of pypika has it.

The released pypika does not let a subclass choose how values are wrapped, has no FOR UPDATE on SQLite (which
locks the whole file anyway) and writes INSERT IGNORE the way MySQL does.
"""

from pypika.dialects import SQLLiteQueryBuilder, SQLLiteValueWrapper
from pypika.enums import Dialects
from pypika.queries import QueryBuilder


def start(self, **options):
	options.setdefault("wrapper_cls", SQLLiteValueWrapper)
	QueryBuilder.__init__(self, dialect=Dialects.SQLLITE, **options)
	self._insert_or_replace = False


def without_lock(self, *args, **options):
	return self


def insert_sql(self, **options):
	return QueryBuilder._insert_sql(self, **options).replace("INSERT IGNORE", "INSERT OR IGNORE", 1)


SQLLiteQueryBuilder.__init__ = start
SQLLiteQueryBuilder.for_update = without_lock
SQLLiteQueryBuilder._insert_sql = insert_sql
