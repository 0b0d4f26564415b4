"""No calls to the outside.

The framework looks for a picture of every new contact at a public service, and daily for updates and news.
"""

from sandbox.patches.hook import after_import


@after_import("frappe.utils")
def no_pictures_from_outside(utils) -> None:
	utils.has_gravatar = lambda email: ""


@after_import("frappe.utils.change_log")
def no_look_for_updates(change_log) -> None:
	change_log.check_for_update = lambda: None


@after_import("frappe.desk.doctype.changelog_feed.changelog_feed")
def no_news(changelog_feed) -> None:
	changelog_feed.get_feed = lambda since: []
