// The chart of a report keeps what the report says of its axis; the desk would drop it: a row of days is thinned out where
// there is little room, instead of each being cut. Figures on the axis have no more decimals than they need.
frappe.provide("collections_app");

// the desk writes 100.00 for a hundred
const SHORTENED_FROM = 1000;
// pixels between two labels
const APART = 6;

collections_app.keep_chart_axis = function (report) {
	// all reports are shown by the same view
	if (report.keeps_chart_axis) return;
	report.keeps_chart_axis = true;
	const { get_chart_options, render_chart } = report;
	report.get_chart_options = function (data) {
		const axis = data.chart?.axisOptions;
		const options = get_chart_options.call(this, data);
		if (!options || this.report_doc?.module !== "Collections") return options;
		const { numberFormatter: shorten } = options.axisOptions;
		Object.assign(options.axisOptions, axis, {
			numberFormatter: (value) =>
				Math.abs(value) < SHORTENED_FROM
					? format_number(value, null, Number.isInteger(value) ? 0 : 1)
					: shorten(value),
		});
		return options;
	};
	// a chart draws itself anew when the window changes
	const drawn = new MutationObserver(() => part_labels(report.$chart[0]));
	report.render_chart = function (options) {
		drawn.observe(this.$chart[0], { childList: true, subtree: true });
		render_chart.call(this, options);
	};
};

// The last label always stands; the one before gives way where they would touch.
function part_labels(wrapper) {
	const shown = [...wrapper.querySelectorAll(".x.axis text")].filter((one) => one.textContent);
	const [before, last] = shown.slice(-2).map((one) => one.getBoundingClientRect());
	if (last && before.right + APART > last.left) shown.at(-2).style.visibility = "hidden";
}
