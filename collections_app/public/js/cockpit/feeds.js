// How fresh the bank data is, and which connections are in trouble.
import { empty } from "../shared/states.js";
import { link } from "./go.js";
import { counted, day, moment_text } from "./text.js";

const { escape, pill } = collections_app;
const STATES = {
	failing: [__("Failing"), "red"],
	late: [__("Late"), "orange"],
	waiting: [__("Waits for the provider"), "yellow"],
	parked: [__("Records set aside"), "orange"],
};

export const feeds = {
	name: "feeds",
	title: __("Feeds"),
	kinds: ["cash", "run"],
	lines: 3,
	show({ bank_as_of, bank_until, may_see, troubles, healthy, route, options, bank_route }) {
		const bank = bank_as_of
			? __("Bank data as of {0}", [moment_text(bank_as_of)])
			: __("No bank data has been read yet.");
		const reach = bank_until
			? `<span class="text-muted">${__("up to {0}", [day(bank_until)])}</span>`
			: "";
		const head = `<p>${link({ route: bank_route }, escape(bank))} ${reach}</p>`;
		if (!may_see) return head;
		if (!troubles.length && !healthy) {
			return head + empty(__("No connection is switched on."));
		}
		const rows = troubles.map((one) => {
			const [label, colour] = STATES[one.state];
			const since = one.since ? __("since {0}", [moment_text(one.since)]) : "";
			return `<li title="${escape(one.message)}">${link(
				{ route: ["Form", "Connector Config", one.connection] },
				escape(`${one.connection}: ${one.label}`),
			)}${pill(label, colour)}<span class="text-muted">${escape(since)}</span></li>`;
		});
		const fine = healthy
			? `<p class="cockpit-note">${link(
					{ route, options },
					counted(healthy, __("1 feed works"), __("{0} feeds work", [healthy])),
				)}</p>`
			: "";
		return `${head}${rows.length ? `<ul class="cockpit-list cockpit-troubles">${rows.join("")}</ul>` : ""}${fine}`;
	},
};
