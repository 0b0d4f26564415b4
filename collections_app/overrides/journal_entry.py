"""Journal Entry: what it settles lets deliveries go on."""

from collections_app.services.credit import delivery_stop


def on_submit(doc, method=None):
	customers = {row.party for row in doc.accounts if row.party_type == "Customer" and row.party}
	for customer in sorted(customers):
		delivery_stop.lift_if_settled(doc.company, customer)
