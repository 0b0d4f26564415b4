// A credit limit for the customer: what the policy says, and a proposal for the Credit Manager.
import { reason_of } from "../shared/server.js";
import { act, ask } from "./server.js";

const { escape, link, money } = collections_app;

export async function propose_limit({ customer, company, done }) {
	let known;
	try {
		known = await ask("suggest_limit", { customer, company });
	} catch (error) {
		frappe.show_alert({ message: escape(reason_of(error)), indicator: "red" }, 8);
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Propose Credit Limit"),
		fields: [
			{ fieldname: "known", fieldtype: "HTML", options: told(known) },
			{
				fieldname: "amount",
				fieldtype: "Float",
				precision: 2,
				label: __("Limit in {0}", [known.currency]),
				default: known.proposed || known.current || undefined,
				reqd: 1,
			},
			{
				fieldname: "reason",
				fieldtype: "Small Text",
				label: __("Why"),
				default: known.reasons.join("\n"),
				reqd: 1,
			},
		],
		primary_action_label: __("Propose"),
		primary_action: async (values) => {
			dialog.disable_primary_action();
			try {
				const name = await act("propose_limit", { customer, company, ...values });
				dialog.hide();
				const message = __("{0} waits for a decision", [
					link("Credit Limit Proposal", name, __("The proposal")),
				]);
				frappe.show_alert({ message, indicator: "green" }, 6);
				if (done) done();
			} catch (error) {
				dialog.enable_primary_action();
				frappe.show_alert({ message: escape(reason_of(error)), indicator: "red" }, 8);
			}
		},
	});
	dialog.show();
}

function told({ current, proposed, currency, waiting }) {
	const lines = [
		current ? __("Limit now: {0}", [money(current, currency)]) : __("No limit so far"),
		proposed
			? __("The policy would propose {0}", [money(proposed, currency)])
			: __("The policy would change nothing"),
	];
	if (waiting) {
		lines.push(
			__("{0} is waiting already; it is replaced.", [
				link("Credit Limit Proposal", waiting, __("A proposal")),
			]),
		);
	}
	return lines.map((line) => `<p class="text-muted mb-1">${line}</p>`).join("");
}
