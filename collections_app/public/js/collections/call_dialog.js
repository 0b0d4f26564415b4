// Log a call: press the outcome, and it is kept. A note may be typed before; what comes of the call is asked after.
frappe.provide("collections_app");

const ICONS = {
	Reached: "call",
	"Will Pay": "money-coins-1",
	"Call Back": "calendar",
	"No Answer": "close",
	"Wrong Number": "search",
};
collections_app.CALL_OUTCOMES = Object.keys(ICONS);

function outcome_buttons() {
	return `<div class="call-outcomes">${collections_app.CALL_OUTCOMES.map(
		(outcome, at) => `<button type="button" class="btn btn-default" data-outcome="${outcome}">
			${frappe.utils.icon(ICONS[outcome], "md")}<span>${__(outcome)}</span> <kbd>${at + 1}</kbd></button>`,
	).join("")}</div>`;
}

function follow_up_buttons() {
	const buttons = collections_app.day_shortcuts().map(
		([label, day]) =>
			`<button type="button" class="btn btn-default btn-sm" data-day="${day}">${label}
				<span class="text-muted">${collections_app.date(day)}</span></button>`,
	);
	return `<div class="call-days hidden"><div class="control-label">${__("Call again")}</div>
		<div class="collections-shortcuts">${buttons.join("")}</div></div>`;
}

// A number presses its outcome, while nobody is typing.
function follow_keys(dialog) {
	dialog.$wrapper.on("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (event.target.closest("input, textarea, select")) return;
		const outcome = collections_app.CALL_OUTCOMES[Number(event.key) - 1];
		if (!outcome) return;
		event.preventDefault();
		dialog.$wrapper.find(`[data-outcome="${outcome}"]`).trigger("focus").trigger("click");
	});
}

// `case`: the open case. `customer`, `company`: for the promise that may follow; asked of the case where missing.
// `intro`: an element to stand above, such as numbers and a script; then nobody types before it was read.
collections_app.log_call = function ({ case: case_name, customer, company, done, intro, title }) {
	const dialog = new frappe.ui.Dialog({
		title: title || __("Log Call"),
		size: intro ? "large" : undefined,
		no_focus: Boolean(intro),
		fields: [
			...(intro ? [{ fieldname: "intro", fieldtype: "HTML" }] : []),
			{ fieldname: "spoke_to", fieldtype: "Data", label: __("Spoke To") },
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
			{
				fieldname: "outcomes",
				fieldtype: "HTML",
				options: outcome_buttons() + follow_up_buttons(),
			},
			{
				fieldname: "next_action_on",
				fieldtype: "Date",
				label: __("Or On"),
				hidden: 1,
				onchange: () => {
					const day = dialog.get_value("next_action_on");
					if (day) save("Call Back", day);
				},
			},
		],
	});
	let saving = false;
	const save = async (outcome, next_action_on) => {
		if (saving) return;
		saving = true;
		const { note, spoke_to } = dialog.get_values(true) || {};
		try {
			await collections_app.submit(
				dialog,
				"log_call",
				{ case: case_name, outcome, note, spoke_to, next_action_on },
				__("Call logged: {0}", [__(outcome)]),
				outcome === "Will Pay" ? () => promise({ spoke_to, note }) : done,
			);
		} finally {
			saving = false;
		}
	};
	const promise = async ({ spoke_to, note }) => {
		if (done) done();
		if (!customer || !company) {
			const { message } = await frappe.db.get_value("Collection Case", case_name, [
				"customer",
				"company",
			]);
			({ customer, company } = message);
		}
		collections_app.record_promise({
			customer,
			company,
			promised_by: spoke_to,
			note,
			channel: "Phone",
			done,
		});
	};
	if (intro) dialog.fields_dict.intro.$wrapper.append(intro);
	dialog.show();
	follow_keys(dialog);
	const wrapper = dialog.fields_dict.outcomes.$wrapper;
	wrapper.on("click", "[data-outcome]", (event) => {
		const { outcome } = event.currentTarget.dataset;
		if (outcome !== "Call Back") return save(outcome);
		wrapper.find("[data-outcome]").removeClass("btn-primary");
		$(event.currentTarget).addClass("btn-primary");
		wrapper.find(".call-days").removeClass("hidden");
		dialog.set_df_property("next_action_on", "hidden", 0);
	});
	wrapper.on("click", "[data-day]", (event) =>
		save("Call Back", event.currentTarget.dataset.day),
	);
	return dialog;
};
