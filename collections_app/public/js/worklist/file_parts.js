// The parts of the file as HTML: who it is and what can be done, how to reach it, how it stands.
import { unbroken } from "../shared/unbroken.js";

const { escape, date, money, link, pill, risk_badge, status_pill } = collections_app;

const ACTIONS = [
	["call", () => __("Call"), "C", "primary"],
	["mail", () => __("E-mail"), "E"],
	["promise", () => __("Promise"), "P"],
	["dispute", () => __("Dispute"), "D"],
	["pause", () => __("Hold"), "H"],
	["approve", () => __("Approve"), "A"],
	["reassign", () => __("Reassign"), "R"],
	["snooze", () => __("Snooze"), "S"],
];

// `data` null: not there yet, only what the list knows.
export function head(row, data) {
	const klass = (data && data.class) || row.class;
	const reasons = (data && data.reasons.length && data.reasons) || row.reasons;
	return `<div class="worklist-head">
		<div class="worklist-line">
			<h2><a href="${href(row)}">${escape(row.customer_name || row.customer)}</a></h2>
			<span class="worklist-pills">${pill(__(klass), collections_app.CLASS_COLOURS[klass])}
				${risk_badge(row.risk_band)} ${pill(__(row.stage), "blue")}</span>
		</div>
		${data ? who(data) : ""}
		<ul class="worklist-reasons">${reasons.map((one) => `<li>${unbroken(one)}</li>`).join("")}</ul>
		${data ? hindrances(data) : ""}
		${data ? actions(data) : ""}
	</div>`;
}

export function href({ customer }) {
	return frappe.router.make_url(["customer-360", customer]);
}

function who({ customer, case: found }) {
	const parts = [
		customer.customer_group,
		customer.territory,
		customer.language_name,
		found.collector ? __("looked after by {0}", [found.collector_name]) : "",
	];
	// the name stands above already
	const record = customer.name === customer.customer_name ? __("Customer") : customer.name;
	return `<div class="text-muted">${parts.filter(Boolean).map(escape).join(" · ")}
		· ${link("Customer", customer.name, record)} · ${link("Collection Case", found.name)}</div>`;
}

function hindrances({ case: found }) {
	const told = [];
	if (found.paused_until && found.paused_until >= frappe.datetime.get_today()) {
		told.push(
			__("On hold until {0}: {1}", [date(found.paused_until), escape(found.pause_reason)]),
		);
	}
	if (found.bounced_address) {
		told.push(__("{0} bounced", [escape(found.bounced_address)]));
	}
	if (found.escalated) {
		told.push(__("Escalated to {0}", [escape(found.escalated_to_name)]));
	}
	if (found.delivery_stopped) told.push(__("Deliveries are stopped"));
	if (found.snoozed_until && found.snoozed_until > frappe.datetime.get_today()) {
		told.push(
			`${__("Snoozed until {0}: {1}", [date(found.snoozed_until), escape(found.snooze_reason)])}
			<button type="button" class="btn btn-xs btn-default" data-do="wake">${__("Back on the List")}</button>`,
		);
	}
	return told.map((one) => `<div class="form-message yellow">${one}</div>`).join("");
}

function actions({ may_write, may_approve, to_approve }) {
	if (!may_write) return "";
	const waiting = to_approve.length;
	return `<div class="worklist-actions">${ACTIONS.filter(
		([name]) => name !== "approve" || (waiting && may_approve),
	)
		.map(([name, label, key, kind = "default"]) => {
			const count = name === "approve" ? ` (${waiting})` : "";
			return `<button type="button" class="btn btn-${kind} btn-sm" data-do="${name}">${label()}${count}
				<kbd>${key}</kbd></button>`;
		})
		.join("")}</div>`;
}

export function figures({ case: found, currency }) {
	const figure = collections_app.panel_figure;
	const oldest =
		found.overdue > 0 && found.oldest_due_date
			? __("oldest due {0}", [date(found.oldest_due_date)])
			: "";
	const why = [date(found.next_action_on), found.next_action_reason];
	return `<div class="worklist-figures">
		${figure(__("Overdue"), money(found.overdue, currency), unbroken(oldest))}
		${figure(__("Outstanding"), money(found.outstanding, currency))}
		${figure(__("Dunning Level"), found.dunning_level || 0, escape(found.dunning_plan || ""))}
		${figure(__("Last Contact"), date(found.last_contact_on) || __("never"))}
		${figure(__("Next"), escape(found.next_action || "") || "–", unbroken(why.filter(Boolean).join(", ")))}
	</div>`;
}

export function phone_link(number) {
	return `<a href="tel:${escape(number.replace(/[^+\d]/g, ""))}" class="text-nowrap">${escape(number)}</a>`;
}

export function contacts({ contacts: people }) {
	if (!people.length) {
		return `<p class="text-muted">${__("No contact with a number or an address is known.")}</p>`;
	}
	const rows = people
		.map((one) => {
			const role = one.designation || (one.is_billing ? __("Billing") : "");
			const mail = one.email
				? `<a href="mailto:${escape(one.email)}">${escape(one.email)}</a>`
				: "";
			return `<li><b>${escape(one.full_name)}</b>
				${role ? `<span class="text-muted">${escape(role)}</span>` : ""}
				${one.phones.map(phone_link).join(" ")} ${mail}</li>`;
		})
		.join("");
	return `<ul class="worklist-contacts" aria-label="${__("Contacts")}">${rows}</ul>`;
}

export function score({ score: found }) {
	const title = `<h2>${__("Score")}</h2>`;
	if (!found) return part(title, `<p class="text-muted">${__("Not scored yet")}</p>`);
	return part(
		`<h2>${link("Risk Score", found.name, __("Score"))}
			<span class="text-muted small">${__("as of {0}", [date(found.as_of)])}</span></h2>`,
		`${collections_app.risk_gauge(found)}
		<div class="risk-note">${collections_app.risk_sureness(found)}</div>
		${collections_app.risk_factors(found.factors)}`,
	);
}

export function agreements({ promises, disputes, actions: messages }) {
	const line = (doctype, name, text, status) =>
		`<div class="worklist-line"><span>${link(doctype, name, text)}</span>${status_pill(status)}</div>`;
	const told = [
		...promises.map((one) =>
			line(
				"Promise to Pay",
				one.name,
				__("{0} promised by {1}", [
					strip_html(money(one.amount, one.currency)),
					date(one.due_on),
				]),
				one.status,
			),
		),
		...disputes.map((one) =>
			line(
				"Invoice Dispute",
				one.name,
				`${one.sales_invoice}: ${__(one.reason)}, ${strip_html(money(one.disputed_amount, one.currency))}`,
				one.status,
			),
		),
	];
	const sent = messages.map((one) =>
		line(
			"Collection Action",
			one.name,
			`${one.step_name || one.subject || __(one.channel)}, ${date(one.sent_at || one.planned_on)}`,
			one.status,
		),
	);
	const none = `<p class="text-muted">${__("None")}</p>`;
	return `<div>
		${part(`<h2>${__("Promises and Disputes")}</h2>`, told.join("") || none)}
		${part(`<h2>${__("Latest Messages")}</h2>`, sent.join("") || none)}
	</div>`;
}

const part = (title, body) => `<section class="worklist-part">${title}${body}</section>`;
