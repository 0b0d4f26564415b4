"""One-line restorations in the framework's source, mostly where its single-app edition has one app for each app.

Each entry is (file, text as shipped, text as it was meant). `sandbox.wheel` applies them while it derives the
tree and stops when a text is not found, so that a changed wheel cannot go unnoticed. What needs more than a
line is in `sandbox.patches`.
"""

EDITS: list[tuple[str, bytes, bytes]] = [
	(
		"boot.py",
		b'for app_name in ["frappe"]:\n\t\tapps = frappe.get_hooks("add_to_apps_screen")',
		b'for app_name in frappe.get_installed_apps():\n\t\tapps = frappe.get_hooks("add_to_apps_screen", app_name=app_name)',
	),
	(
		"boot.py",
		b'app_title_hooks = frappe.get_hooks("app_title")',
		b'app_title_hooks = frappe.get_hooks("app_title", app_name=app_name)',
	),
	(
		"boot.py",
		b'app_home_hooks = frappe.get_hooks("app_home")',
		b'app_home_hooks = frappe.get_hooks("app_home", app_name=app_name)',
	),
	(
		"boot.py",
		b'app_logo_hooks = frappe.get_hooks("app_logo_url")',
		b'app_logo_hooks = frappe.get_hooks("app_logo_url", app_name=app_name)',
	),
	("boot.py", b'for app in ["frappe"]:', b"for app in frappe.get_installed_apps():"),
	(
		"apps.py",
		b'continue\n\t\tapp_details = frappe.get_hooks("add_to_apps_screen")',
		b'continue\n\t\tapp_details = frappe.get_hooks("add_to_apps_screen", app_name=app)',
	),
	(
		"apps.py",
		b'return "app"\n\n\t\tapp_details = frappe.get_hooks("add_to_apps_screen")',
		b'return "app"\n\n\t\tapp_details = frappe.get_hooks("add_to_apps_screen", app_name=app)',
	),
	(
		"model/sync.py",
		b'sync_for("frappe", force, reset_permissions=reset_permissions)',
		b"for app in frappe.get_installed_apps():\n\t\tsync_for(app, force, reset_permissions=reset_permissions)",
	),
	(
		"patches.py",
		b'return get_patches_from_app("frappe", patch_type=patch_type)',
		b"apps = frappe.get_installed_apps()\n"
		b"\treturn [patch for app in apps for patch in get_patches_from_app(app, patch_type=patch_type)]",
	),
	(
		"desk/doctype/desktop_icon/desktop_icon.py",
		b'if frappe.get_hooks()["app_title"][0] == self.label or self.app == a:',
		b'if frappe.get_hooks("app_title", app_name=a)[0] == self.label or self.app == a:',
	),
	(
		"desk/doctype/desktop_icon/desktop_icon.py",
		b'permission_method = frappe.get_hooks()["add_to_apps_screen"][0].get(\n\t\t\t\t\t"has_permission", None\n\t\t\t\t)',
		b'screen = frappe.get_hooks("add_to_apps_screen", app_name=a)\n'
		b'\t\t\t\tpermission_method = screen[0].get("has_permission") if screen else None',
	),
	(
		"desk/doctype/desktop_icon/desktop_icon.py",
		b'icon.app_name = app_name\n\t\t\t\tapp_title = frappe.get_hooks("app_title")[0]',
		b'icon.app_name = app_name\n\t\t\t\tapp_title = frappe.get_hooks("app_title", app_name=app_name)[0]',
	),
	(
		"desk/doctype/desktop_icon/desktop_icon.py",
		b'app_title = frappe.get_hooks("app_title")[0]\n\t\tapp_details = frappe.get_hooks("add_to_apps_screen")',
		b'app_title = frappe.get_hooks("app_title", app_name=a)[0]\n'
		b'\t\tapp_details = frappe.get_hooks("add_to_apps_screen", app_name=a)',
	),
	(
		"utils/install.py",
		b'app_title = frappe.get_hooks()["app_title"][0]',
		b'app_title = frappe.get_hooks("app_title", app_name=app_name)[0]',
	),
	# the image the hook names is not in the wheel
	(
		"hooks.py",
		b"/assets/frappe/images/frappe-logo.svg",
		b"/assets/frappe/images/frappe-framework-logo.svg",
	),
	# A DATE column may hold a full timestamp on SQLite
	(
		"database/sqlite/database.py",
		b'register_converter("date", lambda x: date.fromisoformat(x.decode()))',
		b'register_converter("date", lambda x: date.fromisoformat(x.decode()[:10]))',
	),
]
