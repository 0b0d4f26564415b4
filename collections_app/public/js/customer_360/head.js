// Who it is, how it stands, whom to reach, and what can be done: the head of the page.
import { unbroken } from "../shared/unbroken.js";
import { ACTIONS } from "./actions.js";

const { escape, pill, link, date, money } = collections_app;

export function draw_head($place, data) {
	$place.html(`<div class="c360-card c360-who">
			<div class="c360-title">
				<div>
					<h2>${link("Customer", data.customer.name, data.customer.customer_name)}</h2>
					<div class="text-muted">${facts(data)}</div>
				</div>
				<div class="c360-contact">${contact(data.contact)}</div>
			</div>
			<div class="c360-pills">${pills(data)}</div>
			${notes(data)}
			<div class="c360-actions" role="toolbar" aria-label="${__("Actions")}">${actions(data)}</div>
		</div>
		<div class="c360-card">${exposure(data)}</div>
		<div class="c360-card" data-ageing>
			<h3>${__("Ageing")}</h3>
			${
				collections_app.ageing_bar(data.ageing, data.currency) ||
				`<div class="text-muted">${__("Nothing is open.")}</div>`
			}
		</div>`);
}

// The bar, and in words what is left.
function exposure({ exposure: standing, currency }) {
	if (!standing) return `<div class="text-muted">${__("There is no company yet.")}</div>`;
	const { exposure: amount, credit_limit: limit, over_limit, cover } = standing;
	const shown = (value) => `<b>${money(value, currency)}</b>`;
	const words = [];
	if (limit) {
		words.push(
			over_limit > 0
				? __("{0} above the credit limit.", [shown(over_limit)])
				: __("{0} of the credit limit free.", [shown(limit - amount)]),
		);
	}
	if (cover !== null) {
		words.push(
			amount > cover
				? __("{0} above the cover.", [shown(amount - cover)])
				: __("{0} of the cover free.", [shown(cover - amount)]),
		);
	}
	return `<h3>${__("Exposure, Limit and Cover")}</h3>${collections_app.exposure_bar(standing)}
		<div class="c360-words">${words.join(" ")}</div>`;
}

function facts({ customer, company, case: found, companies }) {
	const parts = [
		customer.name === customer.customer_name ? "" : escape(customer.name),
		customer.customer_group ? escape(customer.customer_group) : "",
		customer.territory ? escape(customer.territory) : "",
		companies.length > 1 ? "" : escape(company || ""),
	];
	const collector = found && found.collector;
	parts.push(
		collector ? __("Collector: {0}", [escape(found.collector_name)]) : __("No collector"),
	);
	return parts.filter(Boolean).join(" · ");
}

function contact({ name, email, phone }) {
	const lines = [];
	if (name) lines.push(`<span>${escape(name)}</span>`);
	if (email) {
		lines.push(`<a href="mailto:${encodeURIComponent(email)}">${frappe.utils.icon("mail", "sm")}
			${escape(email)}</a>`);
	}
	if (phone) {
		lines.push(`<a href="tel:${escape(phone.replace(/[^+\d]/g, ""))}">${frappe.utils.icon("call", "sm")}
			${escape(phone)}</a>`);
	}
	return (
		lines.join("") ||
		`<span class="text-muted">${__("No e-mail address, no phone number")}</span>`
	);
}

function pills(data) {
	const { score, case: found, customer } = data;
	const shown = [];
	if (score) {
		const text = __("Risk {0}, {1} of 100", [score.band, Math.round(score.score)]);
		shown.push(pill(text, collections_app.BAND_COLOURS[score.band]));
	} else {
		shown.push(pill(__("Not scored yet"), "gray"));
	}
	if (data.class) shown.push(pill(__(data.class), collections_app.CLASS_COLOURS[data.class]));
	if (found) {
		shown.push(pill(found.status === "Open" ? __(found.stage) : __("Case Closed"), "blue"));
		if (found.dunning_level) shown.push(pill(__("Level {0}", [found.dunning_level]), "gray"));
		if (found.escalated) shown.push(pill(__("Escalated"), "purple"));
	}
	if (customer.disabled) shown.push(pill(__("Disabled"), "gray"));
	return shown.join(" ");
}

// What one has to know before one calls.
function notes({ case: found, customer, reasons }) {
	const lines = [];
	if (reasons.length) lines.push(reasons.map(unbroken).join(" · "));
	if (found && found.next_action) lines.push(collections_app.next_action(found));
	const until = [customer.collections_paused_until, found && found.paused_until]
		.filter((day) => day && day >= frappe.datetime.get_today())
		.sort()
		.pop();
	if (until) lines.push(pill(__("Paused until {0}", [date(until)]), "orange"));
	if (customer.collections_receiver) {
		lines.push(__("Messages go to {0}", [link("Customer", customer.collections_receiver)]));
	}
	return lines.map((line) => `<div class="c360-note">${line}</div>`).join("");
}

function actions({ may, case: found }) {
	const open = found && found.status === "Open";
	const button = ({ name, key, label, main, needs_case }) => `<button
		class="btn btn-sm ${name === "send" ? "btn-primary" : "btn-default"} ${main ? "c360-main" : ""}"
		data-act="${name}" ${needs_case && !open ? "disabled" : ""}>${label()}
		${key ? `<kbd aria-hidden="true">${key.toUpperCase()}</kbd>` : ""}</button>`;
	return ACTIONS.filter((one) => !one.may || may[one.may])
		.map(button)
		.join("");
}
