"""The app's translations as a site reads them. `bench build` compiles them, too; a bench that updates an app with
`git pull` and `bench migrate` alone would go on with the old ones."""

import click

from frappe.translate import clear_cache

from collections_app.compat import compile_translations


def compile_locale() -> None:
	"""Compile `locale/*.po` where they changed. What cannot be written (assets built elsewhere) is no reason to stop."""
	try:
		compile_translations("collections_app")
	except OSError as error:
		click.secho(
			f"The translations of Collections could not be compiled: {error}. Run bench build.", fg="yellow"
		)
	clear_cache()
