// What the keys and buttons do to the customer that is chosen. `done` follows each with the case it was done on.
import { reason_of } from "../shared/server.js";
import { send_letter } from "../shared/send_letter.js";
import { alert_box } from "../shared/states.js";
import { call } from "./call.js";
import { act } from "./server.js";

const { escape, money } = collections_app;

export const ACTIONS = {
	call,
	mail: ({ row, done }) =>
		send_letter({ customer: row.customer, company: row.company, channel: "Email", done }),
	promise: ({ subject }) => collections_app.record_promise(subject),
	dispute: ({ subject }) => collections_app.record_dispute(subject),
	pause: ({ subject }) => collections_app.pause(subject),
	reassign: ({ row, done }) => collections_app.reassign({ names: [row.case], done }),
	snooze,
	wake,
	approve,
};

function snooze({ row, done }) {
	const dialog = new frappe.ui.Dialog({
		title: __("Snooze"),
		fields: [
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Until"),
				description: __(
					"Off the list until this day; messages go on. It is back earlier when something happens: a broken promise, an answer, a payment to review, a message that fails.",
				),
				default: collections_app.working_day(
					frappe.datetime.add_days(frappe.datetime.get_today(), 3),
				),
				reqd: 1,
			},
			collections_app.shortcut_field("days", collections_app.day_shortcuts(), (day) =>
				dialog.set_value("until", day),
			),
			{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 },
			{ fieldname: "told", fieldtype: "HTML" },
		],
		primary_action_label: __("Snooze"),
		primary_action: ({ until, reason }) =>
			send(
				dialog,
				() => act("snooze", { case: row.case, until, reason }),
				__("Snoozed"),
				done,
			),
	});
	dialog.show();
	collections_app.follow_shortcuts(dialog);
}

async function wake({ row, done, worklist }) {
	try {
		await act("snooze", { case: row.case });
		frappe.show_alert({ message: __("Back on the list"), indicator: "green" });
		done();
	} catch (error) {
		worklist.file.tell(alert_box(reason_of(error)));
	}
}

function approve({ row, data, done, worklist }) {
	if (!data) return;
	if (!data.may_approve) {
		return worklist.file.tell(
			alert_box(__("Only a Credit Manager may approve messages."), "yellow"),
		);
	}
	if (!data.to_approve.length) {
		return worklist.file.tell(
			alert_box(__("No message of this customer waits for approval."), "yellow"),
		);
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Approve"),
		size: "large",
		fields: [
			{ fieldname: "list", fieldtype: "HTML" },
			{ fieldname: "told", fieldtype: "HTML" },
		],
		primary_action_label: __("Approve"),
		primary_action: () => {
			const names = dialog.$wrapper
				.find("[data-action]:checked")
				.map((_at, one) => one.dataset.action)
				.get();
			if (!names.length) return;
			send(
				dialog,
				() => decide(names),
				null,
				() => done(),
			);
		},
	});
	dialog.fields_dict.list.$wrapper.html(data.to_approve.map(waiting).join(""));
	dialog.show();
	data.to_approve.forEach((one) => preview(dialog, one));
	setTimeout(() => dialog.get_primary_btn().trigger("focus"), 300);
}

async function decide(names) {
	const { message } = await frappe.call({
		method: "collections_app.api.actions.approve",
		args: { names },
		silent: true,
	});
	collections_app.show_decided({ Approved: message.approved, refused: message.refused });
}

function waiting(one) {
	const what = `${one.step_name || __(one.channel)}, ${strip_html(money(one.total_overdue, one.currency))}`;
	return `<div class="worklist-waiting">
		<label><input type="checkbox" data-action="${escape(one.name)}" checked> <b>${escape(what)}</b>
		<span class="text-muted">${escape(__(one.channel))}</span></label>
		<div data-preview="${escape(one.name)}"></div></div>`;
}

async function preview(dialog, one) {
	const place = dialog.$wrapper
		.find("[data-preview]")
		.filter((_at, element) => element.dataset.preview === one.name);
	if (!one.letter) return;
	try {
		const { message } = await frappe.call({
			method: "collections_app.api.letters.preview_action",
			args: { action: one.name },
			type: "GET",
			silent: true,
		});
		place
			.html(`<div class="text-muted">${escape(message.subject || "")}</div>`)
			.append(collections_app.letter_frame(message.html || escape(message.text || ""), 360));
	} catch (error) {
		place.html(alert_box(reason_of(error)));
	}
}

// The dialog stays open and says why when the server refuses.
async function send(dialog, work, message, done) {
	dialog.disable_primary_action();
	try {
		await work();
		dialog.hide();
		if (message) frappe.show_alert({ message, indicator: "green" });
		done();
	} catch (error) {
		dialog.fields_dict.told.$wrapper.html(alert_box(reason_of(error)));
		dialog.enable_primary_action();
	}
}
