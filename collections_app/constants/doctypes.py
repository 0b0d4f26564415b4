"""Lists of DocTypes."""

# those with a customer, who has to be one the user may see
OF_CUSTOMERS = (
	*(
		"Charge Booking",
		"Cash Match",
		"Collection Action",
		"Collection Case",
		"Cover Request",
		"CRM Activity",
	),
	*("CRM Customer", "Credit Cover", "Credit Limit Proposal", "Credit Report", "Customer Identity"),
	*("Invoice Dispute", "Online Payment", "Payer Alias", "Payment Link", "Payment Prediction"),
	*("Promise to Pay", "Risk Score"),
)
