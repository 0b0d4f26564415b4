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

# those with rows of several customers, each of whom has to be one the user may see -> the table, and the field of its rows
OF_ROWS = {
	"Cash Match": ("proposals", "customer"),
	"Collection Action": ("items", "customer"),
	"Collector Absence": ("cases", "case"),
}

# those with sums over, or raw records of, all customers of a company: for who sees all of them
OF_ALL_CUSTOMERS = (
	*("Collection Run", "Connector Log", "External Reference", "Online Payout", "Payment Model"),
	*("Receivables Snapshot", "Risk Backtest", "Risk Model", "Webhook Event"),
)

# tables -> the documents they are rows of; rows are seen by who may see the document
ROWS_OF = {
	"Bank CSV Column": "Bank CSV Format",
	"Cash Match Proposal": "Cash Match",
	"Charge Booking Item": "Charge Booking",
	"Collection Action Invoice": "Collection Action",
	"Collection Run Message": "Collection Run",
	"Collection Run Step": "Collection Run",
	"Collector Absence Case": "Collector Absence",
	"Connector Account": "Connector Config",
	"Connector Log Failure": "Connector Log",
	"Connector Log Request": "Connector Log",
	"Connector Stream": "Connector Config",
	"Dunning Plan Condition": "Dunning Plan",
	"Dunning Plan Step": "Dunning Plan",
	"Online Payment Invoice": "Online Payment",
	"Online Payout Line": "Online Payout",
	"Payment Link Item": "Payment Link",
	"Promise to Pay Instalment": "Promise to Pay",
	"Promise to Pay Invoice": "Promise to Pay",
	"Receivables Snapshot Forecast": "Receivables Snapshot",
	"Receivables Snapshot Group": "Receivables Snapshot",
	"Risk Score Factor": "Risk Score",
}
