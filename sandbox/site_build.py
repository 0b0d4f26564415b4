"""What building a site does inside the framework. Run as `python -m sandbox.site_build <function> <site>`."""

import importlib
import sys

from sandbox import database
from sandbox.paths import SITES, app_sources
from sandbox.runtime import activate, connected
from sandbox.site import COUNTRY, CURRENCY, PASSWORD, TIME_ZONE, read_config


def make_base(site: str) -> None:
	"""The framework's own tables and records, with the setup wizard done."""
	activate(site)
	import frappe
	from frappe import installer

	config = read_config(SITES / site)
	if config["db_type"] == "mariadb":
		database.make_schema(config)
	frappe.init(site)
	frappe.flags.in_install_db = True
	installer._init_database(
		db_name=config["db_name"],
		admin_password=PASSWORD,
		db_type=config["db_type"],
		db_password=config.get("db_password"),
		db_user=config.get("db_user"),
		setup_db=False,
	)
	complete_setup(frappe)
	frappe.db.commit()
	frappe.destroy()


def complete_setup(frappe) -> None:
	"""What the setup wizard would ask: country, time zone, currency, formats; jobs run, mail is not muted."""
	settings = frappe.get_doc("System Settings")
	settings.update(
		{
			"country": COUNTRY,
			"time_zone": TIME_ZONE,
			"language": "en",
			"date_format": "yyyy-mm-dd",
			"number_format": "#,###.##",
			"currency": CURRENCY,
			"setup_complete": 1,
			"enable_scheduler": 1,
			"enable_onboarding": 0,
			"enable_telemetry": 0,
			"disable_system_update_notification": 1,
			"disable_change_log_notification": 1,
			"session_expiry": "240:00",
		}
	)
	settings.flags.ignore_mandatory = True
	settings.save()
	frappe.db.set_value("Currency", CURRENCY, "enabled", 1)
	frappe.db.set_default("currency", CURRENCY)
	frappe.db.set_default("desktop:home_page", "workspace")
	frappe.db.set_value("User", "Administrator", {"language": "en", "time_zone": TIME_ZONE})


def install_apps(site: str) -> None:
	"""The apps, in their order."""
	with connected(site) as frappe:
		from frappe.installer import install_app

		for app in app_sources():
			install_app(app)
		frappe.db.commit()


def migrate(site: str) -> None:
	"""What `bench migrate` does."""
	with connected(site) as frappe:
		from frappe.installer import install_app
		from frappe.migrate import SiteMigration

		for app in app_sources():
			if app not in frappe.get_installed_apps():
				install_app(app)
	SiteMigration(skip_search_index=True).run(site)


def compile_translations(site: str) -> None:
	"""The apps' `locale/*.po` as the files the framework reads, as `bench build` makes them."""
	with connected(site):
		from frappe.gettext.translate import compile_translations as compile_app
		from frappe.translate import clear_cache

		for app in app_sources():
			compile_app(app)
		clear_cache()


def main(function: str, site: str) -> None:
	"""Run one of the functions above, or any "module:function" connected to the site."""
	module, _, name = function.rpartition(":")
	if not module:
		return globals()[name](site)
	with connected(site):
		getattr(importlib.import_module(module), name)()


if __name__ == "__main__":
	main(*sys.argv[1:])
