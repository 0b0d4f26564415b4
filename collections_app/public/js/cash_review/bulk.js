// Many payments at once: those whose first proposal is sure enough, a few per request, each refusal told.
import { reason_of } from "../shared/server.js";
import { act, ask } from "./server.js";

const { escape, money } = collections_app;
const BATCH = 10;
const USUAL = 95;

export function accept_above(review) {
	let found = { names: [], sums: [] };
	const dialog = new frappe.ui.Dialog({
		title: __("Accept Sure Ones"),
		fields: [
			{
				fieldname: "confidence",
				fieldtype: "Percent",
				label: __("At Least So Sure"),
				default: USUAL,
				description: __(
					"Of the payments that the filters leave; each gets its first proposal.",
				),
				onchange: () => count(),
			},
			{ fieldname: "found", fieldtype: "HTML" },
		],
		primary_action_label: __("Accept"),
		primary_action: async () => {
			if (!found.names.length) return;
			dialog.hide();
			await accept(review, found.names);
		},
	});
	const count = frappe.utils.debounce(async () => {
		const { view: _view, ...filters } = review.filters;
		try {
			const confidence = flt(dialog.get_value("confidence"));
			found = await ask("surer_than", { confidence, ...filters });
			const sums = found.sums.map((one) => money(one.amount, one.currency)).join(", ");
			dialog.fields_dict.found.$wrapper.html(
				found.names.length
					? `<p><b>${__("{0} payments", [found.names.length])}</b> ${sums}</p>`
					: `<p class="text-muted">${__("No payment is so sure.")}</p>`,
			);
		} catch (error) {
			found = { names: [], sums: [] };
			dialog.fields_dict.found.$wrapper.html(
				`<p class="text-danger">${escape(reason_of(error))}</p>`,
			);
		}
		dialog.get_primary_btn().prop("disabled", !found.names.length);
	}, 250);
	dialog.show();
	count();
}

async function accept(review, names) {
	const refused = [];
	let accepted = 0;
	await review.locked(async () => {
		for (let at = 0; at < names.length; at += BATCH) {
			frappe.show_progress(__("Accepting"), at, names.length);
			const answer = await act("accept_many", { names: names.slice(at, at + BATCH) });
			accepted += answer.accepted.length;
			review.decided.push(...answer.accepted);
			refused.push(...answer.refused);
		}
	});
	frappe.hide_progress();
	review.alert(__("{0} payments applied", [accepted]));
	await review.refresh();
	if (refused.length) tell_refused(refused);
}

function tell_refused(refused) {
	const rows = refused
		.map(
			({ name, payer, why }) =>
				`<tr><td>${collections_app.link("Cash Match", name, payer)}</td><td>${escape(why)}</td></tr>`,
		)
		.join("");
	frappe.msgprint({
		title: __("Not Applied: {0}", [refused.length]),
		indicator: "orange",
		message: `<table class="table table-borderless mb-0"><tbody>${rows}</tbody></table>`,
	});
}
