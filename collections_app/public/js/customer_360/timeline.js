// Everything that happened, with all companies or this one, the latest first; by kind, older ones on demand.
import { reason_of } from "../shared/server.js";
import { alert_box } from "../shared/states.js";
import { ask } from "./server.js";

const { escape } = collections_app;

export class Timeline {
	constructor(panel) {
		this.panel = panel;
		this.kinds = new Set();
		this.own_company = false;
		panel.$panel.on("click", "button[data-kind]", ({ currentTarget }) =>
			this.choose(currentTarget.dataset.kind),
		);
		panel.$panel.on("click", "[data-more]", () => this.more());
		panel.$panel.on("change", "[data-own-company]", ({ currentTarget }) => {
			this.own_company = currentTarget.checked;
			panel.load({ quietly: true });
		});
	}

	clear() {
		this.kinds.clear();
	}

	arguments(before) {
		const { customer, company } = this.panel.view;
		const args = { customer };
		if (this.own_company) args.companies = JSON.stringify([company]);
		if (this.kinds.size) args.kinds = JSON.stringify([...this.kinds]);
		if (before) args.before = before;
		return args;
	}

	read() {
		return ask("timeline", this.arguments());
	}

	choose(kind) {
		if (!kind) this.kinds.clear();
		else if (this.kinds.has(kind)) this.kinds.delete(kind);
		else this.kinds.add(kind);
		// seen at once; the events follow
		this.mark();
		this.panel.load({ quietly: true });
	}

	mark() {
		this.panel.body.find("button[data-kind]").each((_at, button) => {
			const on = button.dataset.kind
				? this.kinds.has(button.dataset.kind)
				: !this.kinds.size;
			button.setAttribute("aria-pressed", on);
			button.classList.toggle("btn-primary", on);
			button.classList.toggle("btn-default", !on);
		});
	}

	draw(page, $body) {
		const focused = document.activeElement?.dataset?.kind;
		const { companies } = this.panel.view.data;
		const button = (kind, label) =>
			`<button type="button" class="btn btn-xs" data-kind="${kind}">${escape(label)}</button>`;
		const only =
			companies.length > 1
				? `<label class="c360-check"><input type="checkbox" data-own-company ${
						this.own_company ? "checked" : ""
					}> ${__("Only {0}", [escape(this.panel.view.company)])}</label>`
				: "";
		$body.html(`<div class="collections-shortcuts" role="group" aria-label="${__("Show")}">
				${button("", __("All"))}${page.kinds.map((one) => button(one.kind, one.label)).join("")}${only}
			</div>
			<ol class="c360-events"></ol><div class="c360-more"></div>`);
		this.mark();
		if (focused !== undefined) $body.find(`button[data-kind="${focused}"]`).trigger("focus");
		if (!page.events.length) {
			$body.find(".c360-more").html(`<div class="text-muted">${__("Nothing yet")}</div>`);
		}
		this.add(page);
	}

	add({ events, next }) {
		const { companies } = this.panel.view.data;
		const rows = events.map((event) => {
			const company =
				companies.length > 1
					? `<span class="text-muted small">${escape(event.company)}</span>`
					: "";
			// what is known by its day alone stands at midnight
			const day = event.moment.includes(" 00:00:00");
			const when = day
				? frappe.datetime.str_to_user(event.moment.slice(0, 10))
				: frappe.datetime.str_to_user(event.moment);
			return `<li class="c360-event" data-event="${event.kind}">
				<span class="c360-icon">${frappe.utils.icon(event.icon, "sm")}</span>
				<div><div>${event.content}</div>
				<div class="text-muted small">${escape(when)} ${company}</div></div></li>`;
		});
		this.panel.body.find(".c360-events").append(rows.join(""));
		this.next = next;
		const $more = this.panel.body.find(".c360-more");
		if (next) {
			$more.html(
				`<button class="btn btn-default btn-sm" data-more>${__("Show Older")}</button>`,
			);
		} else if (events.length) $more.empty();
	}

	async more() {
		const $more = this.panel.body.find(".c360-more");
		$more.find("button").prop("disabled", true);
		try {
			this.add(await ask("timeline", this.arguments(this.next)));
		} catch (error) {
			$more.html(
				`${alert_box(reason_of(error))}<button class="btn btn-default btn-sm" data-more>${__("Try Again")}</button>`,
			);
		}
	}
}
