"""What the tests of reports share."""

from frappe.utils import add_days, getdate

from collections_app.collections.report.ab_test_of_plans import ab_test_of_plans
from collections_app.collections.report.cash_application_rate import cash_application_rate
from collections_app.collections.report.cash_forecast import cash_forecast
from collections_app.collections.report.cash_forecast_against_actual import cash_forecast_against_actual
from collections_app.collections.report.collections_worklist import collections_worklist
from collections_app.collections.report.collector_performance import collector_performance
from collections_app.collections.report.connector_health import connector_health
from collections_app.collections.report.cover_and_exposure_gap import cover_and_exposure_gap
from collections_app.collections.report.credit_exposure import credit_exposure
from collections_app.collections.report.disputes_by_reason import disputes_by_reason
from collections_app.collections.report.dso_and_cei_trend import dso_and_cei_trend
from collections_app.collections.report.dunning_effectiveness import dunning_effectiveness
from collections_app.collections.report.late_payment_charges import late_payment_charges
from collections_app.collections.report.promises import promises
from collections_app.collections.report.receivables_ageing_by_risk import receivables_ageing_by_risk
from collections_app.collections.report.statement_of_account import statement_of_account

REPORTS = {
	"AB Test of Plans": ab_test_of_plans,
	"Cash Application Rate": cash_application_rate,
	"Cash Forecast": cash_forecast,
	"Cash Forecast Against Actual": cash_forecast_against_actual,
	"Collections Worklist": collections_worklist,
	"Collector Performance": collector_performance,
	"Connector Health": connector_health,
	"Cover and Exposure Gap": cover_and_exposure_gap,
	"Credit Exposure": credit_exposure,
	"Disputes by Reason": disputes_by_reason,
	"DSO and CEI Trend": dso_and_cei_trend,
	"Dunning Effectiveness": dunning_effectiveness,
	"Late Payment Charges": late_payment_charges,
	"Promises": promises,
	"Receivables Ageing by Risk": receivables_ageing_by_risk,
	"Statement of Account": statement_of_account,
}


def day(number: int):
	return add_days(getdate(), number)
