// Open disputes by how long they have been open.
import { empty } from "../shared/states.js";
import { link } from "./go.js";
import { counted, money } from "./text.js";

const { escape } = collections_app;

export const disputes = {
	name: "disputes",
	title: __("Disputes by Age"),
	kinds: ["dispute", "run"],
	lines: 4,
	show({ groups, count, amount, late, currency, route, options, late_options }) {
		if (!count) return empty(__("No dispute is open."));
		const most = Math.max(...groups.map((group) => group.count), 1);
		const rows = groups
			.map(
				(group) => `<tr><th scope="row">${escape(group.label)}</th>
				<td>${group.count ? link(group, group.count, { label: `${group.label}: ${group.count}` }) : 0}</td>
				<td class="cockpit-meter" aria-hidden="true">${meter(group.count / most)}</td>
				<td>${group.count ? escape(money(group.amount, currency)) : ""}</td></tr>`,
			)
			.join("");
		const all = link(
			{ route, options },
			counted(count, __("1 open dispute"), __("{0} open disputes", [count])),
		);
		const tardy = late
			? `<p class="is-bad cockpit-note">${link(
					{ route, options: late_options },
					counted(
						late,
						__("1 answer is overdue"),
						__("{0} answers are overdue", [late]),
					),
				)}</p>`
			: "";
		return `<p>${all} <span class="text-muted">${escape(money(amount, currency))}</span></p>
			<table class="cockpit-table"><tbody>${rows}</tbody></table>${tardy}`;
	},
};

const meter = (share) => (share ? `<div style="width: ${(share * 100).toFixed(0)}%"></div>` : "");
