"""Sites: each a folder below `.sandbox/sites` with its own `site_config.json`, chosen by name.

The single-app edition reads its settings from the environment, takes the working folder for the site, and
drops the site argument of `init` and `connect`. Here they are as on a bench, and no process has to change its
working folder.
"""

import json
import os
from logging.handlers import RotatingFileHandler

from sandbox.patches.hook import after_import
from sandbox.paths import HOME, LOGS, SITES


def current_site(local) -> str:
	"""The site this thread works on: the one it was initialised with, else the process's."""
	return getattr(local, "site", None) or os.environ["SANDBOX_SITE"]


@after_import("frappe")
def restore_sites(frappe) -> None:
	start = frappe.init

	def init(site=None, sites_path=".", new_site=False, force=False):
		if isinstance(site, bool):
			site, force = None, site
		if getattr(frappe.local, "initialised", None) and not force:
			return
		frappe.local.site = site or os.environ["SANDBOX_SITE"]
		start(force=True)
		frappe.local.site_path = str(SITES / frappe.local.site)
		frappe.local.sites_path = frappe.local.app_path = str(SITES)

	def connect(site=None, db_name=None, set_admin_as_user=True):
		if site:
			init(site)
		open_database(db_name=db_name, set_admin_as_user=set_admin_as_user)

	class init_site:
		def __init__(self, site=None):
			self.site = site

		def __enter__(self):
			init(self.site)
			return frappe.local

		def __exit__(self, *exception):
			frappe.destroy()

	def get_site_name():
		return current_site(frappe.local)

	read = frappe.read_file

	def read_file(path, raise_not_found=False, as_base64=False):
		# relative paths (the built assets) are relative to the sites folder, where a bench's processes run
		return read(os.path.join(SITES, path), raise_not_found=raise_not_found, as_base64=as_base64)

	open_database = frappe.connect
	os.environ.setdefault("FRAPPE_BENCH_ROOT", str(HOME))
	frappe.init, frappe.connect, frappe.init_site = init, connect, init_site
	frappe.get_site_name, frappe.read_file = get_site_name, read_file


@after_import("frappe.config")
def restore_site_config(config) -> None:
	import frappe
	from frappe.types import _dict

	def get_site_config(sites_path=None, site_path=None, *, cached=False):
		"""The sites' common settings with the site's own over them, and where this process finds its Redis."""
		settings = _dict(get_common_site_config())
		settings.update(
			read_json(os.path.join(site_path or SITES / current_site(frappe.local), "site_config.json"))
		)
		if address := os.environ.get("SANDBOX_REDIS_URL"):
			settings.redis_cache = settings.redis_queue = address
		if address := os.environ.get("SANDBOX_URL"):
			settings.host_name = address
		return settings

	def get_common_site_config(sites_path=None, cached=False):
		return _dict(read_json(SITES / "common_site_config.json"))

	config.get_site_config, config.get_common_site_config = get_site_config, get_common_site_config


def read_json(path) -> dict:
	try:
		with open(path) as file:
			return json.load(file)
	except FileNotFoundError:
		return {}


@after_import("frappe.utils")
def restore_site_list(utils) -> None:
	def get_sites(sites_path=None):
		return sorted(folder.parent.name for folder in SITES.glob("*/site_config.json"))

	utils.get_sites = get_sites


@after_import("frappe.utils.logger")
def log_into_one_folder(logger) -> None:
	import logging

	def create_handler(module, site=None, max_size=100_000, file_count=20, stream_only=False):
		if stream_only:
			handler = logging.StreamHandler()
		else:
			LOGS.mkdir(parents=True, exist_ok=True)
			handler = RotatingFileHandler(
				LOGS / f"{module}.log", maxBytes=max_size, backupCount=file_count, delay=True
			)
		handler.setFormatter(logging.Formatter(f"%(asctime)s %(levelname)s {module} %(message)s"))
		return [handler]

	logger.create_handler = create_handler
