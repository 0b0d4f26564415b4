"""The front end as the desk is served it: the apps' public files and bundles in `.sandbox/sites/assets/<app>`.

A bench links `assets/<app>` to the app's `public` folder and writes the bundles into it. Here the folder is
real, holds a link for everything in `public`, and the bundles lie beside the links, so that no source folder
is written to.
"""

import json
import shutil
from pathlib import Path

from sandbox import node
from sandbox.paths import ASSETS, FRAMEWORK, app_sources
from sandbox.stamps import building, digest, files_below, is_current
from sandbox.wheel import framework_stamp

BUNDLE_KINDS = (".bundle.js", ".bundle.ts", ".bundle.css", ".bundle.scss")


def ensure_assets() -> None:
	"""Link and bundle what changed: the framework's bundles rarely, an app's when its `public` folder does."""
	recipe = digest(*(node.RECIPE / name for name in node.COPIED))
	folders = {"frappe": FRAMEWORK, **app_sources()}
	wanted = {"frappe": digest(recipe, framework_stamp())}
	wanted |= {app: digest(recipe, folders[app] / "public") for app in folders if app != "frappe"}
	stale = {app: folders[app] for app in folders if not is_current(f"assets-{app}", wanted[app])}
	if not (ASSETS / "assets.json").exists():
		stale = folders
	for app, folder in stale.items():
		with building(f"assets-{app}", wanted[app], f"front end of {app}"):
			link_public(app, folder)
			if has_bundles(folder):
				node.ensure_packages()
				node.bundle({app: str(folder)}, str(ASSETS))
			elif app == "frappe":
				raise node.NodeError(
					"sandbox: the framework has no front end, its tree is damaged; run clean"
				)
	if not (ASSETS / "assets.json").exists():
		(ASSETS / "assets.json").write_text("{}")


def has_bundles(folder: Path) -> bool:
	"""Whether the app has anything to bundle."""
	return any(file.name.endswith(BUNDLE_KINDS) for file in files_below(folder / "public"))


def link_public(app: str, folder: Path) -> None:
	"""Make `assets/<app>` show what the app's `public` folder holds now."""
	place = ASSETS / app
	shutil.rmtree(place, ignore_errors=True)
	place.mkdir(parents=True)
	public = folder / "public"
	for child in sorted(public.iterdir()) if public.is_dir() else []:
		if child.name not in ("dist", "node_modules"):
			(place / child.name).symlink_to(child)
	drop_bundles(app)


def drop_bundles(app: str) -> None:
	"""Forget the app's earlier bundles, so that a deleted one is not offered any longer."""
	index = ASSETS / "assets.json"
	if index.exists():
		names = json.loads(index.read_text())
		kept = {name: url for name, url in names.items() if not url.startswith(f"/assets/{app}/")}
		index.write_text(json.dumps(kept, indent="\t"))
