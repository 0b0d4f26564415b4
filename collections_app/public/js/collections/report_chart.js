// The chart of a report keeps what the report says of its axis; the desk would drop it: a row of days is thinned out where
// there is little room, instead of each being cut.
frappe.provide("collections_app");

// the desk writes 100.00 for a hundred
const SHORTENED_FROM = 1000;

collections_app.keep_chart_axis = function (report) {
	// all reports are shown by the same view
	if (report.keeps_chart_axis) return;
	report.keeps_chart_axis = true;
	const { get_chart_options } = report;
	report.get_chart_options = function (data) {
		const axis = data.chart?.axisOptions;
		const options = get_chart_options.call(this, data);
		if (!options || !axis) return options;
		const { numberFormatter: shorten } = options.axisOptions;
		Object.assign(options.axisOptions, axis, {
			numberFormatter: (value) =>
				Math.abs(value) < SHORTENED_FROM
					? format_number(value, null, Number.isInteger(value) ? 0 : 1)
					: shorten(value),
		});
		return options;
	};
};
