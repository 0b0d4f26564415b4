// Send a letter to a customer now: choose it, see it as the customer will, and put it into the outbox.
import { act, ask, key_of_request } from "./send_letter_server.js";
import { ItemChoice } from "./send_letter_items.js";
import { LetterLook } from "./send_letter_look.js";
import { reason_of } from "./server.js";
import { failed, loading } from "./states.js";

const { escape, link } = collections_app;
const CHANNEL_NAMES = {
	Email: () => __("E-mail"),
	Letter: () => __("Letter by Post"),
	"Registered E-Mail": () => __("Registered E-mail"),
	SMS: () => __("Text Message"),
	WhatsApp: () => __("WhatsApp Message"),
};
const STATUS_TEXTS = {
	Queued: () => __("On its way to {0}"),
	Held: () => __("The message to {0} waits in the outbox"),
	"Awaiting Approval": () => __("The message to {0} waits for approval"),
};

// `channel`: the one to begin with, `fallback` where that is not connected; with `registered` what it takes is said, and a
// letter by post goes as registered mail. `purpose`: "reminder" or "statement".
// `done`: called with what was sent: { action, status, holds, customer_name }. Returns the dialog.
export function send_letter({
	customer,
	company,
	channel,
	fallback,
	registered,
	purpose = "reminder",
	done,
}) {
	const dialog = new frappe.ui.Dialog({
		title: purpose === "statement" ? __("Send Statement of Account") : __("Send Letter"),
		size: "extra-large",
		fields: [{ fieldname: "body", fieldtype: "HTML" }],
		primary_action_label: __("Send"),
		primary_action: () => sending.send(),
	});
	dialog.$wrapper.addClass("send-letter-dialog");
	const sending = new Sending({
		dialog,
		customer,
		company,
		channel,
		fallback,
		registered,
		purpose,
		done,
	});
	dialog.show();
	sending.load();
	return dialog;
}

class Sending {
	constructor(options) {
		Object.assign(this, options);
		// one key for each message: pressing twice, or asking again after a lost answer, sends once
		this.request = key_of_request();
		this.wrapper = this.dialog.fields_dict.body.$wrapper;
		this.wrapper.on("click", "[data-retry]", () => this.load());
		this.look_soon = frappe.utils.debounce(() => this.look_at(), 250);
	}

	// The desk's dialog only looks disabled: what is blocked does nothing, either.
	block() {
		this.ready = false;
		this.dialog.disable_primary_action();
		this.dialog.get_primary_btn().attr("aria-disabled", true);
	}

	unblock() {
		this.ready = true;
		this.dialog.enable_primary_action();
		this.dialog.get_primary_btn().attr("aria-disabled", null);
	}

	async load() {
		this.block();
		this.wrapper.html(loading(6));
		try {
			const { customer, company, purpose } = this;
			this.data = await ask("choices", { customer, company, purpose });
		} catch (error) {
			this.wrapper.html(failed(error));
			return;
		}
		this.draw();
	}

	draw() {
		this.wrapper.html(`<div class="send-letter">
			<div class="send-letter-choice"></div>
			<div class="send-letter-look" aria-live="polite"></div>
		</div>`);
		const place = this.wrapper.find(".send-letter-choice");
		this.form = new frappe.ui.FieldGroup({ fields: this.fields(), body: place[0] });
		this.form.make();
		this.items = new ItemChoice(this.form.fields_dict.items.$wrapper, this.data.items, () =>
			this.changed(),
		);
		this.look = new LetterLook(this.wrapper.find(".send-letter-look"), () => this.look_at());
		this.follow_letter();
		this.look_at();
	}

	fields() {
		const { channels, letters, letter, recipient, language_names } = this.data;
		const named = (name) => channels.find((one) => one.channel === name);
		const wanted = named(this.channel);
		const first =
			wanted && wanted.obstacle && this.fallback
				? named(this.fallback)
				: wanted || channels.find((one) => !this.obstacle(one)) || channels[0];
		const changed = () => this.changed();
		return [
			{
				fieldname: "channel",
				fieldtype: "Select",
				label: __("Send By"),
				options: channels.map(({ channel }) => ({
					value: channel,
					label: CHANNEL_NAMES[channel](),
				})),
				default: first.channel,
				reqd: 1,
				onchange: changed,
			},
			{
				fieldname: "registered",
				fieldtype: "Check",
				label: __("Registered"),
				default: this.registered ? 1 : 0,
				depends_on: "eval:doc.channel === 'Letter'",
				onchange: changed,
			},
			{
				fieldname: "letter",
				fieldtype: "Select",
				label: __("Letter"),
				options: letters.map(({ name }) => ({ value: name, label: __(name) })),
				default: letter,
				reqd: 1,
				onchange: () => {
					this.follow_letter();
					changed();
				},
			},
			{
				fieldname: "language",
				fieldtype: "Select",
				label: __("Language"),
				description: __("{0} reads {1}", [
					escape(recipient.customer_name),
					escape(language_names[recipient.language] || recipient.language),
				]),
				onchange: changed,
			},
			{ fieldname: "items", fieldtype: "HTML" },
			{
				fieldname: "attach_statement",
				fieldtype: "Check",
				label: __("Attach Statement"),
				default: this.purpose === "statement" ? 1 : 0,
				depends_on: "eval:['Email', 'Letter', 'Registered E-Mail'].includes(doc.channel)",
				onchange: changed,
			},
			{
				fieldname: "attach_invoices",
				fieldtype: "Check",
				label: __("Attach Invoices"),
				depends_on: "eval:['Email', 'Letter', 'Registered E-Mail'].includes(doc.channel)",
				onchange: changed,
			},
		];
	}

	// The languages the chosen letter is written in; empty: the customer's own, or the nearest.
	follow_letter() {
		const letter = this.data.letters.find(
			({ name }) => name === this.form.get_value("letter"),
		);
		const field = this.form.fields_dict.language;
		field.df.options = [
			{ value: "", label: __("The customer's") },
			...((letter && letter.languages) || []).map((one) => ({
				value: one,
				label: this.data.language_names[one] || one,
			})),
		];
		field.refresh();
	}

	get channel_data() {
		const chosen = this.form.get_value("channel");
		return this.data.channels.find(({ channel }) => channel === chosen);
	}

	obstacle({ obstacle, no_address }) {
		return obstacle || no_address;
	}

	get values() {
		const values = this.form.get_values(true) || {};
		return {
			customer: this.customer,
			company: this.company,
			channel: values.channel,
			letter: values.letter,
			language: values.language || "",
			items: this.items.chosen,
			attach_invoices: values.attach_invoices ? 1 : 0,
			attach_statement: values.attach_statement ? 1 : 0,
			registered: values.registered ? 1 : 0,
		};
	}

	changed() {
		if (!this.look || this.asked === JSON.stringify(this.values)) return;
		// what was looked at is not what would be sent any more
		this.block();
		this.look_soon();
	}

	// What stands in the way, before the server is asked for the message itself.
	hindrance() {
		const { letters, items, may_send } = this.data;
		if (!may_send) return { text: __("You may look at letters, but not send them.") };
		if (!items.length)
			return { text: __("Nothing is open: there is nothing to write about.") };
		if (!letters.length)
			return { text: __("There is no letter yet."), list: "Collection Letter" };
		const { obstacle, no_address } = this.channel_data;
		if (obstacle) return { text: obstacle, list: "Connector Config" };
		if (no_address) return { text: no_address, form: ["Customer", this.data.recipient.name] };
		if (!this.items.chosen.length) return { text: __("Choose at least one open item.") };
		return null;
	}

	// What was asked for and is not connected, while another way is chosen.
	to_connect() {
		const wanted = this.data.channels.find(({ channel }) => channel === this.channel);
		const other = wanted && wanted !== this.channel_data;
		return other && wanted.obstacle
			? { text: wanted.obstacle, list: "Connector Config" }
			: null;
	}

	async look_at() {
		const { values } = this;
		this.asked = JSON.stringify(values);
		const hindrance = this.hindrance();
		this.look.hindered([hindrance, this.to_connect()].filter(Boolean), this.data.waiting);
		this.block();
		if (!this.items.chosen.length || !values.letter) return;
		this.look.loading();
		try {
			const preview = await act("preview", values);
			if (this.asked !== JSON.stringify(values)) return;
			this.look.show(preview);
			if (!hindrance) this.unblock();
		} catch (error) {
			if (this.asked === JSON.stringify(values)) this.look.failed(error);
		}
	}

	async send() {
		if (!this.ready) return;
		this.block();
		try {
			const sent = await act("send", { ...this.values, request: this.request });
			this.dialog.hide();
			this.tell(sent);
			if (this.done) this.done(sent);
		} catch (error) {
			this.look.refused(reason_of(error));
			this.unblock();
		}
	}

	tell({ action, status, holds, customer_name }) {
		const text = (STATUS_TEXTS[status] || STATUS_TEXTS.Queued)();
		const title = link("Collection Action", action, customer_name);
		const why = holds.length ? `<br>${holds.map(escape).join("<br>")}` : "";
		const indicator = status === "Queued" ? "green" : "orange";
		frappe.show_alert(
			{ message: text.replace("{0}", title) + why, indicator },
			holds.length ? 12 : 6,
		);
	}
}
