// The periods to choose from, as first and last day.
const { add_days, add_months, get_today, month_start, month_end, quarter_start, quarter_end } =
	frappe.datetime;
const { week_start, week_end, year_start, year_end } = frappe.datetime;

export const OWN = "Own Days";

export const PERIODS = {
	"This Week": [__("This Week"), () => [week_start(), week_end()]],
	"This Month": [__("This Month"), () => [month_start(), month_end()]],
	"Last Month": [__("Last Month"), () => last_month()],
	"This Quarter": [__("This Quarter"), () => [quarter_start(), quarter_end()]],
	"This Year": [__("This Year"), () => [year_start(), year_end()]],
	[OWN]: [__("Own Days"), null],
};

function last_month() {
	const first = add_months(month_start(), -1);
	return [first, add_days(month_start(), -1)];
}

export function options() {
	return Object.entries(PERIODS).map(([value, [label]]) => ({ value, label }));
}

export function days_of(period, from, to) {
	if (period === OWN) return [from || get_today(), to || from || get_today()];
	return PERIODS[period][1]();
}
