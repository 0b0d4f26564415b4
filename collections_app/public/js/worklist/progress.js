// How far the day is: a bar, the same in words, and on demand who did how much.
import { reason_of } from "../shared/server.js";
import { ask } from "./server.js";

const { escape, money } = collections_app;

export class Progress {
	constructor(wrapper) {
		this.wrapper = wrapper;
		wrapper.on("click", "[data-users]", () => this.show_users());
	}

	async load(filters, currency) {
		this.filters = filters;
		try {
			const data = await ask("day", { filters });
			if (this.filters !== filters) return;
			this.show(data, currency);
		} catch (error) {
			this.wrapper.html(`<span class="text-muted">${escape(reason_of(error))}</span>`);
		}
	}

	show(data, currency) {
		Object.assign(this, { data, currency });
		const { worked, to_do, amount, mine } = data;
		const of = worked + to_do;
		const share = of ? Math.round((worked / of) * 100) : 0;
		const text = of
			? __("{0} of {1} customers worked on today, {2} overdue with them", [
					worked,
					of,
					strip_html(money(amount, currency)),
				])
			: __("Nobody is to be acted on today");
		const own = worked && mine.worked !== worked ? __("{0} by you", [mine.worked]) : "";
		const users = worked
			? `<button type="button" class="btn btn-xs btn-default" data-users>${__("By Collector")}</button>`
			: "";
		this.wrapper.html(`<div class="worklist-bar" role="progressbar" aria-valuemin="0"
				aria-valuemax="${of}" aria-valuenow="${worked}" aria-label="${__("Progress of the day")}">
				<div style="width: ${share}%"></div></div>
			<span data-progress>${text}${own ? ` (${own})` : ""}</span> ${users}`);
	}

	show_users() {
		const rows = this.data.users
			.map(
				(
					one,
				) => `<tr><td>${escape(one.full_name)}</td><td class="text-right">${one.worked}</td>
				<td class="text-right">${money(one.amount, this.currency)}</td></tr>`,
			)
			.join("");
		frappe.msgprint({
			title: __("Worked on Today"),
			message: `<table class="table mb-0"><thead><tr><th>${__("Collector")}</th>
				<th class="text-right">${__("Customers")}</th><th class="text-right">${__("Overdue")}</th></tr></thead>
				<tbody>${rows}</tbody></table>`,
		});
	}
}
