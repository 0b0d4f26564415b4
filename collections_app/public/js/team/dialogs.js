// New absence, new target: saved like any document, without leaving the page.
const user = (fieldname, label, extra = {}) => ({
	fieldname,
	fieldtype: "Link",
	label,
	options: "User",
	filters: { enabled: 1 },
	...extra,
});
const team = (extra) => ({
	fieldname: "team",
	fieldtype: "Link",
	label: __("Team"),
	options: "User Group",
	...extra,
});

function insert(dialog, doctype, message, done) {
	return async (values) => {
		dialog.disable_primary_action();
		try {
			await frappe.xcall("frappe.client.insert", { doc: { doctype, ...values } });
			dialog.hide();
			frappe.show_alert({ message, indicator: "green" });
			done();
		} finally {
			dialog.enable_primary_action();
		}
	};
}

function ask(doctype, title, fields, message, done) {
	const dialog = new frappe.ui.Dialog({ title, fields, primary_action_label: __("Save") });
	dialog.set_primary_action(__("Save"), insert(dialog, doctype, message, done));
	dialog.show();
	return dialog;
}

export function new_absence(done) {
	const to = (who) => ({
		depends_on: `eval:doc.given_to == "${who}"`,
		mandatory_depends_on: `eval:doc.given_to == "${who}"`,
	});
	return ask(
		"Collector Absence",
		__("New Absence"),
		[
			user("collector", __("Collector"), { reqd: 1 }),
			{
				fieldname: "from_date",
				fieldtype: "Date",
				label: __("From"),
				reqd: 1,
				default: frappe.datetime.get_today(),
			},
			{
				fieldname: "to_date",
				fieldtype: "Date",
				label: __("To"),
				reqd: 1,
				description: __("The last day; the cases come back the day after"),
			},
			{
				fieldname: "given_to",
				fieldtype: "Select",
				label: __("Cases Go To"),
				options: [
					{ value: "Deputy", label: __("Deputy") },
					{ value: "Team", label: __("Team") },
				],
				default: "Deputy",
				reqd: 1,
			},
			user("deputy", __("Deputy"), to("Deputy")),
			team({ ...to("Team"), description: __("Spread evenly over the members") }),
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
		],
		__("Saved"),
		done,
	);
}

export function new_target({ company, from_date, to_date }, done) {
	const of = (who) => ({
		depends_on: `eval:doc.target_for == "${who}"`,
		mandatory_depends_on: `eval:doc.target_for == "${who}"`,
	});
	return ask(
		"Collection Target",
		__("New Target"),
		[
			{
				fieldname: "target_for",
				fieldtype: "Select",
				label: __("Target For"),
				options: [
					{ value: "Collector", label: __("Collector") },
					{ value: "Team", label: __("Team") },
				],
				default: "Collector",
				reqd: 1,
			},
			user("collector", __("Collector"), of("Collector")),
			team(of("Team")),
			{
				fieldname: "company",
				fieldtype: "Link",
				label: __("Company"),
				options: "Company",
				default: company,
				reqd: 1,
			},
			{
				fieldname: "from_date",
				fieldtype: "Date",
				label: __("From"),
				default: from_date,
				reqd: 1,
			},
			{
				fieldname: "to_date",
				fieldtype: "Date",
				label: __("To"),
				default: to_date,
				reqd: 1,
			},
			{ fieldname: "cash_to_collect", fieldtype: "Currency", label: __("Cash to Collect") },
			{
				fieldname: "actions_to_do",
				fieldtype: "Int",
				label: __("Actions to Do"),
				description: __("Calls made, promises and disputes recorded"),
			},
		],
		__("Saved"),
		done,
	);
}
