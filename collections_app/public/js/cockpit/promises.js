// Promises by when they are due, the ones to look at first.
import { empty } from "../shared/states.js";
import { link } from "./go.js";
import { day, money } from "./text.js";

const { escape } = collections_app;

export const promises = {
	name: "promises",
	title: __("Promises Due"),
	kinds: ["promise", "payment", "run"],
	lines: 10,
	show({ groups, next, currency }) {
		if (!groups.some((group) => group.count)) {
			return empty(__("No promise is open."), __("Promises are recorded on a case."));
		}
		const rows = groups
			.map(
				(
					group,
				) => `<tr data-group="${group.name}"${group.name === "late" && group.count ? ` class="is-bad"` : ""}>
				<th scope="row">${escape(group.label)}</th>
				<td>${group.count ? link(group, group.count, { label: `${group.label}: ${group.count}` }) : 0}</td>
				<td>${group.count ? escape(money(group.amount, currency)) : ""}</td></tr>`,
			)
			.join("");
		const first = next.map(
			(
				one,
			) => `<li>${link({ route: ["Form", "Promise to Pay", one.name] }, escape(one.customer_name))}
				<span class="text-muted">${day(one.due_on)}</span><span>${escape(money(one.amount, currency))}</span></li>`,
		);
		return `<table class="cockpit-table"><tbody>${rows}</tbody></table>
			${first.length ? `<ul class="cockpit-list">${first.join("")}</ul>` : ""}`;
	},
};
