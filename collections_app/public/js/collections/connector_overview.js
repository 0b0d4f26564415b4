// What a connection is and how it is, at a glance, and the dialog for its credentials.

frappe.provide("collections_app.connector_overview");

Object.assign(collections_app.connector_overview, {
	draw(frm, overview) {
		this.draw_card(frm, overview.card, health(frm, overview));
		draw_credentials(frm, overview);
		draw_webhook(frm, overview);
	},

	draw_card(frm, card, more = "") {
		const needs = [card.needs, card.fields.length ? card.fields.join(", ") : ""].filter(
			Boolean,
		);
		frm.get_field("about_html").$wrapper.html(`<div class="connector-about">
			<div>
				<p>${escape(card.description)}</p>
				${line(__("Does"), card.abilities.map(escape).join(" · "))}
				${line(__("Needs"), needs.map(escape).join("<br>") || __("Nothing"))}
				${line(
					__("Documentation"),
					`<a href="${escape(card.docs)}" target="_blank" rel="noopener noreferrer">${escape(
						card.docs,
					)}</a>`,
				)}
			</div>
			${more}
		</div>`);
	},

	// A dialog of the manifest's fields. A secret that is kept is never shown; left empty it stays.
	enter_credentials(frm, save) {
		const dialog = new frappe.ui.Dialog({
			title: __("Credentials of {0}", [escape(frm.overview.card.label)]),
			fields: frm.overview.credentials.map((field) => ({
				fieldname: field.name,
				label: field.label,
				fieldtype: field.multiline ? "Small Text" : field.secret ? "Password" : "Data",
				default: field.value,
				reqd: field.required && !(field.secret && field.set),
				description: [
					escape(field.help),
					field.secret && field.set ? __("Kept. Leave it empty to keep it.") : "",
				]
					.filter(Boolean)
					.join(" "),
			})),
			primary_action_label: __("Save"),
			primary_action: async (values) => {
				dialog.hide();
				await save(values);
			},
		});
		for (const control of dialog.fields_list) {
			// not a user's password: it is not sent anywhere to be judged
			control.disable_password_checks?.();
		}
		dialog.$wrapper.find("input, textarea").attr("autocomplete", "new-password");
		dialog.show();
	},
});

const escape = (text) => collections_app.escape(text);
const STATES = {
	fresh: ["green", __("Healthy")],
	failing: ["red", __("Failing")],
	waiting: ["orange", __("Waiting")],
	new: ["gray", __("Not read yet")],
	off: ["gray", __("Off")],
};

function line(label, value) {
	return `<div class="connector-line"><span class="text-muted">${label}</span><span>${value}</span></div>`;
}

function when(time) {
	return time ? frappe.datetime.comment_when(time) : "";
}

function health(frm, overview) {
	const rows = overview.streams.map((stream) => {
		const [color, word] = STATES[stream.state];
		const times = [
			stream.last_success ? __("last read {0}", [when(stream.last_success)]) : "",
			stream.wait_until && stream.state === "waiting"
				? __("waits until {0}", [frappe.datetime.str_to_user(stream.wait_until)])
				: "",
			stream.failures ? __("{0} failures in a row", [stream.failures]) : "",
		].filter(Boolean);
		return line(
			escape(stream.label),
			`<span class="indicator ${color}">${word}</span> <span class="text-muted">${times.join(
				", ",
			)}</span>`,
		);
	});
	rows.push(consent(overview));
	const list = (doctype, filters) =>
		`<a href="#" data-list="${doctype}" data-filters='${JSON.stringify(filters)}'>`;
	if (overview.parked) {
		rows.push(
			line(
				__("Parked records"),
				`${list("Connector Log", { failed_count: [">", 0] })}${overview.parked}</a>`,
			),
		);
	}
	if (overview.failed_events || overview.waiting_events) {
		rows.push(
			line(
				__("Webhook events"),
				`${list("Webhook Event", {})}${__("{0} waiting, {1} failed", [
					overview.waiting_events,
					overview.failed_events,
				])}</a>`,
			),
		);
	}
	const wrapper = frm.get_field("about_html").$wrapper;
	wrapper.off("click.lists").on("click.lists", "[data-list]", (event) => {
		event.preventDefault();
		const { list, filters } = event.currentTarget.dataset;
		frappe.set_route("List", list, { connector: frm.doc.name, ...JSON.parse(filters) });
	});
	return `<div class="connector-health">${rows.join("")}</div>`;
}

function consent(overview) {
	const days = overview.consent_days;
	if (days === null) return "";
	const color = days < 0 ? "red" : days <= overview.consent_warning ? "orange" : "green";
	const text = days < 0 ? __("ended") : __("{0} days left", [days]);
	return line(__("Consent"), `<span class="indicator ${color}">${text}</span>`);
}

function draw_credentials(frm, overview) {
	const wrapper = frm.get_field("credentials_html").$wrapper;
	if (!overview.credentials.length) {
		wrapper.html(`<p class="text-muted">${__("None are needed.")}</p>`);
		return;
	}
	wrapper.html(
		overview.credentials
			.map((field) => {
				const color = field.set ? "green" : field.required ? "red" : "gray";
				const shown = field.value || (field.set ? __("kept") : __("not entered"));
				return line(
					escape(field.label),
					`<span class="indicator ${color}">${escape(shown)}</span>`,
				);
			})
			.join(""),
	);
}

function draw_webhook(frm, overview) {
	const wrapper = frm.get_field("webhook_html").$wrapper.empty();
	if (!overview.webhook_url) return;
	wrapper.html(`<p class="text-muted">${__("Register this address at the provider.")}</p>
		<div class="connector-webhook"><code>${escape(overview.webhook_url)}</code>
		<button type="button" class="btn btn-xs btn-default">${__("Copy")}</button></div>`);
	wrapper.find("button").on("click", () => frappe.utils.copy_to_clipboard(overview.webhook_url));
}
