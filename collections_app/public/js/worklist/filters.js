// The filters above the worklist and what they ask of the server.
const BANDS = ["A", "B", "C", "D", "E"];

export const fields = () => [
	{
		fieldname: "company",
		label: __("Company"),
		fieldtype: "Link",
		options: "Company",
		default: frappe.defaults.get_user_default("Company"),
	},
	{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "User Group" },
	{ fieldname: "collector", label: __("Collector"), fieldtype: "Link", options: "User" },
	{ fieldname: "only_mine", label: __("Only Mine"), fieldtype: "Check" },
	{
		fieldname: "risk_band",
		label: __("Risk Band"),
		fieldtype: "MultiSelectList",
		get_data: (text) =>
			BANDS.filter((band) => band.includes((text || "").toUpperCase())).map((band) => ({
				value: band,
				description: __("Risk {0}", [band]),
			})),
	},
	{ fieldname: "minimum_overdue", label: __("Minimum Overdue"), fieldtype: "Float" },
	{ fieldname: "text", label: __("Search"), fieldtype: "Data" },
];

export function values_of(page) {
	const value = (name) => page.fields_dict[name].get_value();
	const bands = value("risk_band");
	return {
		company: value("company") || null,
		team: value("team") || null,
		collector: value("collector") || null,
		only_mine: cint(value("only_mine")),
		risk_band: bands && bands.length ? bands : null,
		minimum_overdue: flt(value("minimum_overdue")),
		text: value("text") || null,
	};
}

// Whether anything but the company narrows the list.
export function narrowed({ company: _company, ...rest }) {
	return Object.values(rest).some(Boolean);
}
