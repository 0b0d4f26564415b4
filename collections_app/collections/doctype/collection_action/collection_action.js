const API = "collections_app.api.actions";
const APPROVERS = ["Credit Manager", "System Manager"];
const WAITING = ["Planned", "Awaiting Approval", "Held"];
const TEXTS = ["SMS", "WhatsApp"];
const CANCELLABLE = [...WAITING, "Queued", "Failed", "Uncertain"];

frappe.ui.form.on("Collection Action", {
	refresh(frm) {
		frm.disable_save();
		frm.events.headline(frm);
		frm.events.preview(frm);
		if (frappe.model.can_write("Collection Action")) frm.events.add_buttons(frm);
		frm.add_custom_button(__("Case"), () =>
			frappe.set_route("Form", "Collection Case", frm.doc.case),
		);
		if (frm.doc.connector && frappe.model.can_read("Connector Log")) {
			frm.add_custom_button(__("Connector Log"), () =>
				frappe.set_route("List", "Connector Log", { reference_name: frm.doc.name }),
			);
		}
		if (!frm.doc.message && !frm.doc.sms_text && frm.doc.letter) {
			frm.add_custom_button(__("Preview"), () => frm.events.preview_letter(frm));
		}
	},

	// A message is written when it goes out; until then it is shown as it would be written now.
	async preview_letter(frm) {
		const letter = await frappe.xcall("collections_app.api.letters.preview_action", {
			action: frm.doc.name,
		});
		const dialog = new frappe.ui.Dialog({ title: letter.subject, size: "extra-large" });
		if (letter.recipients && letter.recipients.length) {
			const to = [].concat(letter.recipients).join(", ");
			dialog.$body.append(
				`<p class="text-muted">${__("To {0}", [collections_app.escape(to)])}</p>`,
			);
		}
		if (TEXTS.includes(frm.doc.channel)) {
			dialog.$body.append(
				`<p>${collections_app.escape(letter.text)}</p>${size_of(frm.doc, letter.size)}`,
			);
		} else {
			dialog.$body.append(collections_app.letter_frame(letter.html));
		}
		dialog.show();
	},

	// What happened, and what to do next.
	headline(frm) {
		// the headline says it already
		frm.toggle_display(["section_hold", "section_error"], false);
		const { what, next, colour } = headline_of(frm.doc);
		if (!what) return;
		const text = next ? `${what}<div class="mt-1"><b>${next}</b></div>` : what;
		frm.dashboard.set_headline_alert(text, colour);
	},

	preview(frm) {
		frm.toggle_display("message", false);
		const section = $(frm.get_field("message").wrapper).parent();
		section.find(".letter-frame").remove();
		if (frm.doc.message) section.append(collections_app.letter_frame(frm.doc.message));
	},

	add_buttons(frm) {
		const { status, name } = frm.doc;
		const decide = (method, args) =>
			frappe
				.call({
					method: `${API}.${method}`,
					args: { names: [name], ...args },
					freeze: true,
				})
				.then(({ message }) => {
					collections_app.show_decided(message);
					frm.reload_doc();
				});
		if (may_approve(frm.doc)) {
			frm.add_custom_button(__("Approve"), () => decide("approve")).addClass("btn-primary");
		}
		if (status === "Failed") {
			frm.add_custom_button(__("Retry"), () => decide("retry")).addClass("btn-primary");
		}
		if (may_ask(frm.doc)) {
			frm.add_custom_button(__("Ask Provider"), () =>
				frappe
					.call({ method: `${API}.ask_provider`, args: { action: name }, freeze: true })
					.then(({ message }) => {
						frappe.show_alert({ message: message.said, indicator: "blue" });
						frm.reload_doc();
					}),
			);
		}
		if (status === "Uncertain") {
			const group = __("What Happened");
			frm.add_custom_button(
				__("It Was Sent"),
				() => decide("resolve_uncertain", { outcome: "sent" }),
				group,
			);
			frm.add_custom_button(
				__("It Was Not Sent"),
				() => decide("resolve_uncertain", { outcome: "not sent" }),
				group,
			);
		}
		if (CANCELLABLE.includes(status)) {
			frm.add_custom_button(__("Cancel"), () =>
				collections_app.ask_reason(__("Cancel Message"), (reason) =>
					decide("cancel", { reason }),
				),
			);
		}
	},
});

function may_approve(doc) {
	return (
		WAITING.includes(doc.status) &&
		doc.requires_approval &&
		!doc.approved_by &&
		APPROVERS.some((role) => frappe.user.has_role(role))
	);
}

// Whether the provider can tell more than is known.
function may_ask(doc) {
	if (!doc.connector) return false;
	return doc.provider_reference
		? ["Sent", "Delivered"].includes(doc.status)
		: doc.our_reference && ["Sending", "Uncertain"].includes(doc.status);
}

// A WhatsApp message has no parts.
function size_of(doc, size) {
	if (doc.channel !== "SMS") return "";
	const text = __("{0} characters, {1} messages ({2})", [
		size.length,
		size.parts,
		size.encoding,
	]);
	return `<p class="text-muted">${text}</p>`;
}

// `what` happened, what to do `next`, as HTML
function headline_of(doc) {
	const lines = (text) => collections_app.escape(text || "").replace(/\n/g, "<br>");
	const when = (value) => collections_app.escape(frappe.datetime.str_to_user(value));
	const by_mail = doc.channel === "Email";
	switch (doc.status) {
		case "Planned":
			return {
				what: __("It will be judged, and goes out if nothing holds it."),
				colour: "blue",
			};
		case "Awaiting Approval":
			return {
				what: __("This step goes out only after somebody approved it."),
				next: may_approve(doc) ? "" : __("A Credit Manager has to approve it."),
				colour: "purple",
			};
		case "Held":
			return {
				what: lines(doc.hold_reasons),
				next: __("It goes out by itself when the reason is gone."),
				colour: "orange",
			};
		case "Queued":
			return doc.next_attempt_at && doc.error
				? { what: lines(doc.error), next: next_try(doc, when), colour: "orange" }
				: { what: __("Released: it goes out with the next dispatch."), colour: "blue" };
		case "Sending":
			if (doc.next_attempt_at && doc.error) {
				return {
					what: lines(doc.error),
					next: __("The provider is asked at {0} whether it took it.", [
						when(doc.next_attempt_at),
					]),
					colour: "orange",
				};
			}
			return {
				what: by_mail
					? __("It is on its way to the mail server, through the Email Queue.")
					: __("It is being handed over."),
				colour: "blue",
			};
		case "Failed":
			return {
				what: lines(doc.error) || __("It could not be sent."),
				next: __(
					"Mend the cause, then try again; or cancel it, and the plan goes on with its next step.",
				),
				colour: "red",
			};
		case "Uncertain":
			return {
				what: lines(doc.error) || __("It is not known whether this message went out."),
				next: doc.connector
					? __(
							"Look at {0} or ask the recipient, then say what happened. It is not sent again before.",
							[collections_app.escape(doc.connector)],
						)
					: __(
							"Ask the recipient or look into the mail server's log, then say what happened. It is not sent again before.",
						),
				colour: "red",
			};
		case "Cancelled":
			return {
				what: lines(doc.cancel_reason) || __("It was cancelled."),
				colour: "yellow",
			};
		default:
			return { ...outcome_of(doc, when), ...(doc.error ? { next: lines(doc.error) } : {}) };
	}
}

function next_try(doc, when) {
	return __("It is tried again at {0}.", [when(doc.next_attempt_at)]);
}

function outcome_of(doc, when) {
	if (doc.replied_at)
		return { what: __("Answered {0}", [when(doc.replied_at)]), colour: "green" };
	if (doc.opened_at) return { what: __("Opened {0}", [when(doc.opened_at)]), colour: "green" };
	if (doc.error) return { what: __("Sent {0}", [when(doc.sent_at)]), colour: "orange" };
	if (doc.status === "Proved")
		return { what: __("Received {0}, and proved", [when(doc.delivered_at)]), colour: "green" };
	if (doc.connector && doc.delivered_at)
		return { what: __("Delivered {0}", [when(doc.delivered_at)]), colour: "green" };
	return {};
}
