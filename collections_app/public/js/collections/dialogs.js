// What the dialogs share. Each dialog takes `done`, called after it was saved.
frappe.provide("collections_app");

const API = "collections_app.api.cases";
const { add_days, get_today } = frappe.datetime;

Object.assign(collections_app, {
	// Asks for a company, the user's own to begin with, and calls `done` with it.
	ask_company(done, title, action) {
		frappe.prompt(
			{
				fieldname: "company",
				fieldtype: "Link",
				options: "Company",
				label: __("Company"),
				reqd: 1,
				default: frappe.defaults.get_user_default("Company"),
			},
			({ company }) => done(company),
			title,
			action,
		);
	},

	// Sends a dialog's answers; the dialog stays open when the server refuses.
	submit(dialog, method, args, message, done) {
		dialog.disable_primary_action();
		return frappe
			.call({ method: `${API}.${method}`, args, freeze: true })
			.then((answer) => {
				dialog.hide();
				frappe.show_alert({ message, indicator: "green" });
				if (done) done(answer.message);
				return answer.message;
			})
			.catch(() => dialog.enable_primary_action());
	},

	open_invoices(customer, company) {
		return frappe
			.xcall(`${API}.get_open_invoices`, { customer, company })
			.then((rows) => rows || []);
	},

	nothing_open() {
		frappe.msgprint({
			title: __("Nothing Open"),
			message: __("This customer has no open invoice in this company."),
			indicator: "blue",
		});
	},

	// Days that are asked for most often: [label, date]; none falls on a weekend, when nobody is there to pay or call.
	day_shortcuts(days = [1, 3, 7, 14]) {
		const names = { 1: __("Tomorrow"), 7: __("In a Week"), 14: __("In Two Weeks") };
		return days.map((number) => [
			names[number] || __("In {0} Days", [number]),
			collections_app.working_day(add_days(get_today(), number)),
		]);
	},

	working_day(day) {
		const weekday = moment(day).isoWeekday();
		return weekday > 5 ? add_days(day, 8 - weekday) : day;
	},

	// A row of small buttons, as a field of a dialog; `choose` gets the value of the one pressed.
	shortcut_field(fieldname, options, choose, label) {
		return {
			fieldname,
			fieldtype: "HTML",
			options: `<div class="collections-shortcuts">${
				label ? `<div class="control-label">${label}</div>` : ""
			}${options
				.map(
					([text, value]) =>
						`<button type="button" class="btn btn-default btn-xs" data-value="${collections_app.escape(
							value,
						)}">${collections_app.escape(text)}</button>`,
				)
				.join("")}</div>`,
			choose,
		};
	},

	// Makes the buttons of `shortcut_field` work, once the dialog is there.
	follow_shortcuts(dialog) {
		for (const df of dialog.fields.filter((field) => field.choose)) {
			dialog.fields_dict[df.fieldname].$wrapper.on("click", "[data-value]", (event) =>
				df.choose(event.currentTarget.dataset.value),
			);
		}
	},

	pause({ case: case_name, done }) {
		const until = (day) => dialog.set_value("until", day);
		const dialog = new frappe.ui.Dialog({
			title: __("Pause"),
			fields: [
				{
					fieldname: "until",
					fieldtype: "Date",
					label: __("Until"),
					description: __("No message goes out up to and including this day"),
					default: add_days(get_today(), 14),
					reqd: 1,
				},
				collections_app.shortcut_field(
					"days",
					collections_app.day_shortcuts([7, 14, 30]),
					until,
				),
				{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 },
			],
			primary_action_label: __("Pause"),
			primary_action: ({ until: day, reason }) =>
				collections_app.submit(
					dialog,
					"pause",
					{ case: case_name, until: day, reason },
					__("Paused"),
					done,
				),
		});
		dialog.show();
		collections_app.follow_shortcuts(dialog);
	},
});
