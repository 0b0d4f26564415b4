"""Progress bars only where someone watches: into a log each step is a line, thousands of them."""

import sys

from sandbox.patches.hook import after_import


@after_import("frappe.utils")
def quiet_progress(utils) -> None:
	draw = utils.update_progress_bar

	def update_progress_bar(*args, **options):
		if sys.stdout.isatty():
			draw(*args, **options)

	utils.update_progress_bar = update_progress_bar
