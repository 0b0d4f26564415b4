"""Everything a working desk needs, each part built only when its inputs changed."""

import threading

from sandbox import assets, site, wheel
from sandbox.paths import APPS, app_sources
from sandbox.stamps import building, digest, is_current, only_one


def ensure_framework() -> None:
	"""The framework's tree and the apps beside it."""
	wheel.ensure_framework()
	link_apps()


def ensure_all(site_name: str | None = site.DESK) -> None:
	"""Framework, front end and sites.

	With a name, that site too. The front end is bundled beside the building of the sites.
	"""
	with only_one():
		ensure_framework()
		failures = []
		front_end = threading.Thread(target=attempt, args=(assets.ensure_assets, failures))
		front_end.start()
		try:
			site.ensure_pristine()
			if site_name:
				site.ensure_site(site_name)
			ensure_translations(site_name or site.PRISTINE)
		finally:
			front_end.join()
		if failures:
			raise failures[0]


def ensure_translations(site_name: str) -> None:
	"""What `bench build` makes of the apps' translations; the site forgets those it has in memory."""
	wanted = digest(*(folder / "locale" for folder in app_sources().values() if (folder / "locale").is_dir()))
	if not is_current("translations", wanted):
		with building("translations", wanted, "translations"):
			site.build("compile_translations", site_name)


def attempt(build, failures: list) -> None:
	"""Run in a thread, keeping what stops it for the main thread to raise."""
	try:
		build()
	except BaseException as error:
		failures.append(error)


def link_apps() -> None:
	"""Make `.sandbox/apps` hold a link for each app and for no other."""
	sources = app_sources()
	APPS.mkdir(parents=True, exist_ok=True)
	for entry in APPS.iterdir():
		if entry.is_symlink() and sources.get(entry.name) != entry.resolve():
			entry.unlink()
	for name, folder in sources.items():
		if not (APPS / name).exists():
			(APPS / name).symlink_to(folder)
