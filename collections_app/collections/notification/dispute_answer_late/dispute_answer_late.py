def get_context(context):
	"""Nothing beyond the document; Frappe asks each standard notification for this function."""
