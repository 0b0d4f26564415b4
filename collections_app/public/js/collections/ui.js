// Small pieces of display that the app's forms, lists and reports share.
import { first_answer } from "./first_answers.js";

frappe.provide("collections_app");

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

Object.assign(collections_app, {
	BAND_COLOURS: { A: "green", B: "blue", C: "yellow", D: "orange", E: "red" },
	CLASS_COLOURS: {
		"At Risk": "red",
		"Low-Hanging Fruit": "green",
		Waiting: "yellow",
		"De-prioritised": "gray",
	},
	STATUS_COLOURS: {
		// Collection Action
		Planned: "blue",
		"Awaiting Approval": "purple",
		Held: "orange",
		Queued: "light-blue",
		Sending: "cyan",
		Sent: "green",
		Delivered: "green",
		Proved: "green",
		Failed: "red",
		Uncertain: "pink",
		Cancelled: "gray",
		// promises and disputes
		Open: "blue",
		Kept: "green",
		"Partly Kept": "orange",
		Broken: "red",
		Resolved: "green",
		Rejected: "gray",
		// runs and their steps
		Draft: "gray",
		Running: "cyan",
		Completed: "green",
		"Completed with Issues": "orange",
		Waiting: "gray",
		Done: "green",
		"Done with Issues": "orange",
	},

	escape,

	pill(text, colour) {
		return `<span class="indicator-pill no-indicator-dot ${colour || "gray"}">${escape(text)}</span>`;
	},

	status_pill(status) {
		return collections_app.pill(__(status), collections_app.STATUS_COLOURS[status]);
	},

	risk_badge(band) {
		if (!band) return "";
		const colour = collections_app.BAND_COLOURS[band] || "gray";
		return `<span class="indicator-pill no-indicator-dot ${colour}" title="${__("Risk {0}", [
			escape(band),
		])}">${escape(band)}</span>`;
	},

	// One call of a page, which tells itself what is refused: `reason_of` in shared/server.js.
	call(method, args, type = "GET") {
		const ask = () => frappe.call({ method, args, type, silent: true });
		return (type === "GET" && first_answer(method, args, ask)) || ask();
	},

	panel_figure(label, value, note = "") {
		return `<div class="panel-figure">
			<div class="figure-label">${label}</div>
			<div class="figure-value">${value}</div>
			<div class="figure-note">${note}</div>
		</div>`;
	},

	money(amount, currency) {
		return format_currency(amount || 0, currency);
	},

	date(value) {
		return value ? frappe.datetime.str_to_user(String(value).slice(0, 10)) : "";
	},

	link(doctype, name, text) {
		return frappe.utils.get_form_link(doctype, name, true, escape(text || name));
	},

	// `parts`: [{ label, amount, field }], youngest first; credits make no bar but stay in the legend.
	ageing_bar(parts, currency) {
		const positive = parts.filter((part) => part.amount > 0);
		const total = positive.reduce((sum, part) => sum + part.amount, 0);
		if (!parts.some((part) => part.amount)) return "";
		const bar = positive
			.map((part) => {
				const title = `${escape(part.label)}: ${strip_html(
					collections_app.money(part.amount, currency),
				)}`;
				const width = ((part.amount / total) * 100).toFixed(2);
				return `<div class="ageing-part ageing-${part.field}" style="width: ${width}%" title="${title}"></div>`;
			})
			.join("");
		const legend = parts
			.filter((part) => part.amount)
			.map(
				(part) => `<div class="ageing-legend">
					<span class="ageing-dot ageing-${part.field}"></span>
					<span class="text-muted">${escape(part.label)}</span>
					<span>${collections_app.money(part.amount, currency)}</span>
				</div>`,
			)
			.join("");
		return `<div class="ageing-bar">${bar}</div><div class="ageing-legends">${legend}</div>`;
	},

	// "Next: Payment Reminder (level 2) on 28-11-2026: waits for approval"
	next_action({ next_action, next_action_on, next_action_reason }) {
		const what = next_action_on
			? __("{0} on {1}", [
					`<b>${escape(next_action)}</b>`,
					`<span class="text-nowrap">${collections_app.date(next_action_on)}</span>`,
				])
			: `<b>${escape(next_action)}</b>`;
		const why = next_action_reason
			? ` <span class="text-muted">${escape(next_action_reason)}</span>`
			: "";
		return `${__("Next")}: ${what}${why ? "." : ""}${why}`;
	},

	// A factor of the score by its name in the engine: "days_late" reads "Days Late".
	factor_label: (factor) => (factor ? __(frappe.unscrub(factor)) : ""),

	// A letter is shown as the customer sees it: on white, cut off from the desk's styles, its scripts not run.
	// The frame grows with the letter, up to `limit` pixels.
	letter_frame(html, limit = 900) {
		const frame = document.createElement("iframe");
		frame.className = "letter-frame";
		// same origin without scripts: the desk may measure the letter, the letter can do nothing
		frame.setAttribute("sandbox", "allow-same-origin");
		frame.setAttribute("title", __("Message"));
		frame.style.height = "420px";
		frame.onload = () => {
			const page = frame.contentDocument && frame.contentDocument.documentElement;
			// a hidden frame has no height yet and keeps the one it has
			if (page && page.scrollHeight && frame.offsetHeight) {
				frame.style.height = "0";
				frame.style.height = `${Math.min(page.scrollHeight + 2, limit)}px`;
			}
		};
		frame.srcdoc = html || "";
		return frame;
	},

	days_overdue: (days) => (days === 1 ? __("1 day overdue") : __("{0} days overdue", [days])),

	// Says what the server did with several documents: {"Approved": 3, "Skipped": 1} or a plain text.
	show_counts(result) {
		if (!result) return;
		const text =
			typeof result === "object"
				? Object.entries(result)
						.filter(([, count]) => typeof count === "number" && count)
						.map(([what, count]) => `${__(frappe.unscrub(what))}: ${count}`)
						.join(", ")
				: String(result);
		if (text) frappe.show_alert({ message: escape(text), indicator: "green" }, 6);
	},

	// The same where some could not be: `refused` names each of them and why.
	show_decided(result) {
		collections_app.show_counts(result);
		const refused = (result && result.refused) || [];
		if (!refused.length) return;
		const rows = refused
			.map(
				({ name, title, why }) =>
					`<tr><td class="text-nowrap">${collections_app.link("Collection Action", name, title)}
					<div class="text-muted small">${escape(name)}</div></td>
					<td>${escape(why)}</td></tr>`,
			)
			.join("");
		frappe.msgprint({
			title: __("Not Done for {0}", [refused.length]),
			indicator: "orange",
			message: `<table class="table table-borderless mb-0"><tbody>${rows}</tbody></table>`,
		});
	},
});

// Asks why, then calls `done` with the answer.
collections_app.ask_reason = function (title, done, { reqd = 1, label = __("Reason") } = {}) {
	frappe.prompt(
		[{ fieldname: "reason", fieldtype: "Small Text", label, reqd }],
		({ reason }) => done(reason || null),
		title,
		__("Confirm"),
	);
};
