"""A bank's SFTP server and its simulator."""

from collections_app.engine.statements import parse
from sandbox.providers.sftp import PASSWORD, SftpServer
from tests.unit.connectors.contract import Case
from tests.unit.statements.samples import DUTCH, GERMAN, INTERIM, OFX_SGML

FILES = {"a.sta": GERMAN, "b.sta": DUTCH, "c.sta": INTERIM}


def put(server: SftpServer, name: str, text: str, age: int = 3600) -> set[str]:
	server.put(name, text.encode(), age=age)
	return {line.external_id for one in parse(text.encode(), name) for line in one.lines}


def fill(server: SftpServer) -> set[str]:
	return set().union(*(put(server, name, text) for name, text in FILES.items()))


CASE = Case(
	server=SftpServer,
	credentials={"password": PASSWORD},
	config=lambda server: server.config,
	stream="bank_statements",
	fill=fill,
	arrive=lambda server: put(server, "d.ofx", OFX_SGML, age=0),
	data_path="GET",
	faults=frozenset({"500", "503", "timeout", "cut", "malformed"}),
)
