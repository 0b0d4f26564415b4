"""The sites' databases: SQLite files, or schemas of a MariaDB server when `SANDBOX_DB=mariadb`."""

import os
import secrets
import shutil
import sqlite3
from pathlib import Path

KIND = os.environ.get("SANDBOX_DB", "sqlite")
HOST = os.environ.get("SANDBOX_DB_HOST", "127.0.0.1")
PORT = int(os.environ.get("SANDBOX_DB_PORT", "3306"))
ROOT_PASSWORD = os.environ.get("SANDBOX_DB_ROOT_PASSWORD", "")
# the second one, because a server may have an anonymous user for local connections, who would come first
USER_HOSTS = ("%", "localhost")

if KIND not in ("sqlite", "mariadb"):
	raise SystemExit(f"sandbox: SANDBOX_DB is {KIND!r}, it may be sqlite or mariadb")


def settings(site: str) -> dict:
	"""What the site's `site_config.json` says of its database."""
	name = "sandbox_" + "".join(letter if letter.isalnum() else "_" for letter in site)
	if KIND == "sqlite":
		return {"db_type": "sqlite", "db_name": name}
	server = {"db_type": "mariadb", "db_host": HOST, "db_port": PORT, "use_mysqlclient": 0}
	return {**server, "db_name": name, "db_user": name, "db_password": secrets.token_hex(12)}


def file_of(folder: Path, config: dict) -> Path:
	"""Where the site's SQLite database lies."""
	return folder / "db" / f"{config['db_name']}.db"


def copy(source: Path, source_config: dict, target: Path, target_config: dict) -> None:
	"""Make the target site's database a copy of the source's."""
	if source_config["db_type"] == "mariadb":
		copy_schema(source_config["db_name"], target_config)
		return
	place = file_of(target, target_config)
	shutil.rmtree(place.parent, ignore_errors=True)
	place.parent.mkdir(parents=True)
	# through SQLite itself, so that what still stands in its write-ahead log comes along
	with sqlite3.connect(file_of(source, source_config)) as old, sqlite3.connect(place) as new:
		old.backup(new)
	old.close()
	new.close()


def drop(folder: Path, config: dict) -> None:
	"""Remove the site's database."""
	if config.get("db_type") == "mariadb":
		with root() as cursor:
			cursor.execute(f"DROP DATABASE IF EXISTS `{config['db_name']}`")
			for host in USER_HOSTS:
				cursor.execute(f"DROP USER IF EXISTS `{config['db_user']}`@`{host}`")
	else:
		shutil.rmtree(folder / "db", ignore_errors=True)


def make_schema(config: dict) -> None:
	"""An empty schema and its user."""
	name, user = config["db_name"], config["db_user"]
	with root() as cursor:
		cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
		cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
		for host in USER_HOSTS:
			account = f"`{user}`@`{host}`"
			cursor.execute(f"CREATE OR REPLACE USER {account} IDENTIFIED BY '{config['db_password']}'")
			cursor.execute(f"GRANT ALL PRIVILEGES ON `{name}`.* TO {account}")


def run_script(config: dict, script: str) -> None:
	"""Run a dump's statements in the site's schema."""
	import pymysql
	from pymysql.constants import CLIENT

	connection = pymysql.connect(
		host=HOST,
		port=PORT,
		user=config["db_user"],
		password=config["db_password"],
		database=config["db_name"],
		client_flag=CLIENT.MULTI_STATEMENTS,
	)
	with connection, connection.cursor() as cursor:
		cursor.execute(script)
		while cursor.nextset():
			continue
		connection.commit()


def copy_schema(source: str, config: dict) -> None:
	"""Every table and sequence of a schema, with its rows, into a fresh one."""
	make_schema(config)
	target = config["db_name"]
	with root() as cursor:
		cursor.execute("SET FOREIGN_KEY_CHECKS=0, UNIQUE_CHECKS=0, SESSION sql_mode=''")
		cursor.execute(f"SHOW FULL TABLES IN `{source}`")
		for name, kind in cursor.fetchall():
			if kind == "SEQUENCE":
				cursor.execute(f"SELECT next_not_cached_value FROM `{source}`.`{name}`")
				(following,) = cursor.fetchone()
				cursor.execute(f"CREATE SEQUENCE `{target}`.`{name}` START {int(following)} NOCACHE")
				continue
			cursor.execute(f"CREATE TABLE `{target}`.`{name}` LIKE `{source}`.`{name}`")
			cursor.execute(f"INSERT INTO `{target}`.`{name}` SELECT * FROM `{source}`.`{name}`")
		cursor.connection.commit()


class root:
	"""A cursor of the server's root user within a block."""

	def __enter__(self):
		import pymysql

		try:
			self.connection = pymysql.connect(host=HOST, port=PORT, user="root", password=ROOT_PASSWORD)
		except pymysql.MySQLError as error:
			raise SystemExit(
				f"sandbox: no MariaDB at {HOST}:{PORT} for root ({error.args[-1]}); set SANDBOX_DB_HOST, "
				"SANDBOX_DB_PORT and SANDBOX_DB_ROOT_PASSWORD"
			) from error
		return self.connection.cursor()

	def __exit__(self, *exception):
		self.connection.close()
