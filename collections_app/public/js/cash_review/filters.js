// The filters above the queue and what they ask of the server.
const AGES = [0, 3, 7, 14, 30, 60];

export const VIEWS = {
	"To Review": __("To Review"),
	Applied: __("Applied"),
	"Set Aside": __("Set Aside"),
};

export const fields = () => [
	{
		fieldname: "view",
		label: __("Show"),
		fieldtype: "Select",
		options: Object.entries(VIEWS).map(([value, label]) => ({ value, label })),
		default: "To Review",
	},
	{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
	{
		fieldname: "bank_account",
		label: __("Bank Account"),
		fieldtype: "Link",
		options: "Bank Account",
		get_query: () => ({ filters: { is_company_account: 1 } }),
	},
	{
		fieldname: "older_than",
		label: __("Age"),
		fieldtype: "Select",
		options: AGES.map((days) => ({
			value: String(days),
			label: days ? __("{0} days or older", [days]) : __("Any age"),
		})),
		default: "0",
	},
	{ fieldname: "amount_from", label: __("Amount From"), fieldtype: "Float" },
	{ fieldname: "amount_to", label: __("Amount To"), fieldtype: "Float" },
	{ fieldname: "text", label: __("Payer or Text"), fieldtype: "Data" },
];

export function values_of(page) {
	const value = (name) => page.fields_dict[name].get_value();
	return {
		view: value("view") || "To Review",
		company: value("company") || null,
		bank_account: value("bank_account") || null,
		older_than: cint(value("older_than")),
		amount_from: flt(value("amount_from")),
		amount_to: flt(value("amount_to")),
		text: value("text") || null,
	};
}
