// What can be done about the customer: by button, by key, by the links in the panels.
import { send_letter } from "../shared/send_letter.js";
import { reason_of } from "../shared/server.js";
import { propose_limit } from "./limit.js";
import { act } from "./server.js";

const SCORED = "collections_scored";

// `may`: the right that the head of the page names; `needs_case`: there is nothing to do without an open case.
export const ACTIONS = [
	{ name: "send", key: "e", label: () => __("Send Letter"), may: "send", main: true },
	{
		name: "call",
		key: "c",
		label: () => __("Log Call"),
		may: "write_case",
		needs_case: true,
		main: true,
	},
	{ name: "promise", key: "p", label: () => __("Promise to Pay"), may: "promise", main: true },
	{ name: "dispute", key: "d", label: () => __("Dispute"), may: "dispute", main: true },
	{ name: "statement", key: "s", label: () => __("Send Statement"), may: "send" },
	{ name: "registered", key: "r", label: () => __("Registered Letter"), may: "send" },
	{ name: "pause", key: "h", label: () => __("Pause"), may: "write_case", needs_case: true },
	{ name: "reassign", key: "a", label: () => __("Reassign"), may: "reassign", needs_case: true },
	{ name: "score_now", key: "n", label: () => __("Score Now"), may: "write_case" },
	{ name: "insure", key: "i", label: () => __("Insure") },
	{ name: "report", key: "o", label: () => __("Order Credit Report") },
	{ name: "limit", key: "l", label: () => __("Propose Credit Limit"), may: "propose_limit" },
	{ name: "open_case", key: "k", label: () => __("Open Case"), needs_case: true },
];

export class Actions {
	constructor(view) {
		this.view = view;
		frappe.realtime.on(SCORED, (told) => this.scored(told));
	}

	get case() {
		const { case: found } = this.view.data;
		return found && found.status === "Open" ? found : null;
	}

	may(name) {
		const { may } = ACTIONS.find((one) => one.name === name) || {};
		return !may || this.view.data.may[may];
	}

	run(name) {
		const { view } = this;
		const action = ACTIONS.find((one) => one.name === name);
		if (!view.data || !this.may(name)) return;
		if (action && action.needs_case && !this.case) {
			frappe.msgprint(
				__("There is no open case of this customer with {0}.", [view.company]),
			);
			return;
		}
		this[name]();
	}

	get subject() {
		const { view } = this;
		return {
			...view.subject,
			case: this.case && this.case.name,
			done: () => view.refresh(),
		};
	}

	send() {
		send_letter(this.subject);
	}

	statement() {
		send_letter({ ...this.subject, purpose: "statement" });
	}

	// By registered e-mail where that is connected, else by post; who has neither sees in the dialog what to set up.
	registered() {
		send_letter({
			...this.subject,
			channel: "Registered E-Mail",
			fallback: "Letter",
			registered: true,
		});
	}

	call() {
		collections_app.log_call(this.subject);
	}

	promise() {
		collections_app.record_promise(this.subject);
	}

	dispute() {
		collections_app.record_dispute(this.subject);
	}

	pause() {
		collections_app.pause(this.subject);
	}

	reassign() {
		collections_app.reassign({ names: [this.case.name], done: () => this.view.refresh() });
	}

	open_case() {
		frappe.set_route("Form", "Collection Case", this.case.name);
	}

	limit() {
		propose_limit(this.subject);
	}

	// Covers and reports are acted on where they stand.
	insure() {
		this.view.panels.go_to("covers");
	}

	report() {
		this.view.panels.go_to("reports");
	}

	async score_now() {
		try {
			const said = await act("score_now", this.view.subject);
			frappe.show_alert({ message: said, indicator: "blue" }, 5);
		} catch (error) {
			this.view.alert(reason_of(error), "red");
		}
	}

	scored({ customer, company, score, band, changed, error }) {
		const { view } = this;
		if (customer !== view.customer || company !== view.company) return;
		if (error) return view.alert(error, "red");
		if (band) {
			const shown = `${band} (${format_number(score, null, 1)})`;
			view.alert(
				changed
					? __("The risk is {0} now", [shown])
					: __("The risk is still {0}", [shown]),
			);
		} else {
			view.alert(__("There is nothing to score yet."), "orange");
		}
		view.refresh();
	}
}
