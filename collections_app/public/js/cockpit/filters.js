// What the figures are of: companies, a team, a period.
const PERIODS = {
	7: __("Last 7 Days"),
	30: __("Last 30 Days"),
	90: __("Last 90 Days"),
	365: __("Last 12 Months"),
};

// Where there is nothing to choose there is no field.
export function fields({ companies, teams, period }) {
	const found = [];
	if (companies.length > 1) {
		found.push({
			fieldname: "companies",
			label: __("Companies"),
			placeholder: __("All Companies"),
			fieldtype: "MultiSelectList",
			get_data: (text) =>
				companies
					.filter(({ name }) => name.toLowerCase().includes((text || "").toLowerCase()))
					.map(({ name, currency }) => ({
						value: name,
						label: name,
						description: currency,
					})),
		});
	}
	if (teams.length) {
		found.push({
			fieldname: "team",
			label: __("Team"),
			fieldtype: "Select",
			options: [
				{ value: "", label: __("All Teams") },
				...teams.map((name) => ({ value: name, label: name })),
			],
		});
	}
	found.push({
		fieldname: "period",
		label: __("Period"),
		fieldtype: "Select",
		options: Object.entries(PERIODS).map(([value, label]) => ({ value, label })),
		default: String(period),
	});
	return found;
}

export function values_of({ fields_dict }) {
	const value = (name) => (fields_dict[name] ? fields_dict[name].get_value() : null);
	const companies = value("companies");
	return {
		companies: companies && companies.length ? companies : null,
		team: value("team") || null,
		period: cint(value("period")) || null,
	};
}
