// The statement of account: to look at, print, send, or open as a report.
import { empty } from "../shared/states.js";
import { ask } from "./server.js";

const { escape, money, date, link } = collections_app;
const PDF = "/api/method/collections_app.api.customer_360.statement_pdf";
const PERIODS = [
	[3, () => __("3 Months")],
	[12, () => __("12 Months")],
	[36, () => __("3 Years")],
];

export class Statement {
	constructor(panel) {
		this.panel = panel;
		this.months = 12;
		this.open_only = false;
		const { $panel } = panel;
		$panel.on("click", "[data-months]", ({ currentTarget }) => {
			this.months = Number(currentTarget.dataset.months);
			panel.load({ quietly: true });
		});
		$panel.on("change", "[data-open-only]", ({ currentTarget }) => {
			this.open_only = currentTarget.checked;
			panel.load({ quietly: true });
		});
		$panel.on("click", "[data-print]", () => this.print());
		$panel.on("click", "[data-report]", () => this.report());
	}

	get period() {
		const today = frappe.datetime.get_today();
		return { from_date: frappe.datetime.add_months(today, -this.months), to_date: today };
	}

	get arguments() {
		return { ...this.panel.view.subject, ...this.period, open_only: this.open_only ? 1 : 0 };
	}

	read() {
		return ask("statement", this.arguments);
	}

	print() {
		window.open(`${PDF}?${new URLSearchParams(this.arguments)}`, "_blank", "noopener");
	}

	report() {
		frappe.set_route("query-report", "Statement of Account", this.arguments);
	}

	draw(data, $body) {
		const { view } = this.panel;
		const period = ([months, label]) => `<button type="button" data-months="${months}"
			class="btn btn-xs ${months === this.months ? "btn-primary" : "btn-default"}"
			aria-pressed="${months === this.months}">${label()}</button>`;
		const send = view.actions.may("statement")
			? `<button type="button" class="btn btn-xs btn-default" data-act="statement">${__("Send")}</button>`
			: "";
		$body.html(`<div class="collections-shortcuts">${PERIODS.map(period).join("")}
				<label class="c360-check"><input type="checkbox" data-open-only ${
					this.open_only ? "checked" : ""
				}> ${__("Open Items Only")}</label>
				<button type="button" class="btn btn-xs btn-default" data-print>${__("Print")}</button>${send}
				<button type="button" class="btn btn-xs btn-default" data-report>${__("Report")}</button>
			</div>
			${
				data.accounts.map((one) => this.account(one, data)).join("") ||
				empty(__("There is no entry on this account."))
			}`);
		// the latest entries and the closing balance are what one looks for
		$body.find(".c360-scroll").each((_at, box) => (box.scrollTop = box.scrollHeight));
	}

	account(one, { since, until }) {
		const { currency } = one;
		const amount = (value) => (value ? money(value, currency) : "");
		const tell = (
			text,
			day,
			value,
		) => `<tr class="c360-sum"><td class="text-nowrap">${date(day)}</td>
			<td colspan="4">${text}</td><td class="c360-amount">${money(value, currency)}</td></tr>`;
		const line = (row) => `<tr><td class="text-nowrap">${date(row.date)}</td>
			<td class="text-nowrap">${link(row.voucher_type, row.voucher_no, row.voucher_no)}</td>
			<td>${escape(row.kind)} <span class="text-muted">${
				row.due_date ? __("due {0}", [date(row.due_date)]) : escape(row.reference)
			}</span></td>
			<td class="c360-amount" data-label="${__("Debit")}">${amount(row.debit)}</td>
			<td class="c360-amount" data-label="${__("Credit")}">${amount(row.credit)}</td>
			<td class="c360-amount" data-label="${__("Balance")}">${money(row.balance, currency)}</td></tr>`;
		const older = one.left_out
			? `<tr><td colspan="6" class="text-muted">${__("{0} older lines are in the report.", [one.left_out])}</td></tr>`
			: "";
		const ageing = one.ageing
			.filter((part) => part.amount)
			.map((part) => `${escape(part.label)}: ${money(part.amount, currency)}`)
			.join(" · ");
		return `<div class="c360-scroll"><table class="c360-table c360-statement" data-account="${escape(currency)}">
			<thead><tr><th>${__("Date")}</th><th>${__("Voucher")}</th><th>${__("Entry")}</th>
			<th class="text-right">${__("Debit")}</th><th class="text-right">${__("Credit")}</th>
			<th class="text-right">${__("Balance")}</th></tr></thead>
			<tbody>${this.open_only ? "" : tell(__("Opening Balance"), since, one.opening)}${older}
			${one.lines.map(line).join("")}${tell(__("Closing Balance"), until, one.closing)}</tbody>
		</table></div><div class="text-muted small">${ageing}</div>`;
	}
}
