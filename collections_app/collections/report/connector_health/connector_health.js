frappe.query_reports["Connector Health"] = {
	filters: [collections_app.report_filters.company()],

	formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		if (!data) return text;
		if (column.fieldname === "state") {
			const [color, word] = collections_app.connector_health.STATES[data.state];
			return collections_app.pill(word, color);
		}
		if (["lag_hours", "failures", "failed"].includes(column.fieldname)) {
			return value > 0 ? `<span class="text-danger bold">${text}</span>` : "";
		}
		if (column.fieldname === "parked" && value > 0) {
			const query = `connector=${encodeURIComponent(data.connection)}&failed_count=${encodeURIComponent(
				'[">",0]',
			)}`;
			return `<a href="/app/connector-log?${query}">${text}</a>`;
		}
		return text;
	},
};
