// What a connection is and how it is, at a glance, and the dialog for its credentials.

frappe.provide("collections_app.connector_overview");

Object.assign(collections_app.connector_overview, {
	draw(frm, overview) {
		const health = collections_app.connector_health;
		const { $wrapper } = frm.get_field("about_html");
		$wrapper.html(
			`${health.html(frm, overview)}<details class="connector-about">
				<summary>${__("What it does and needs")}</summary>${about(overview.card)}</details>`,
		);
		health.bind(frm, $wrapper);
		draw_credentials(frm, overview);
		draw_webhook(frm, overview);
	},

	// What was chosen in the gallery, before it is saved.
	draw_card(frm, card) {
		frm.get_field("about_html").$wrapper.html(
			`<div class="connector-title"><b>${escape(card.label)}</b>
				${collections_app.pill(card.category, "gray")}
				<button type="button" class="btn btn-xs btn-default">${__("Choose another")}</button></div>${about(card)}`,
		);
		frm.get_field("about_html")
			.$wrapper.find("button")
			.on("click", () => frm.set_value({ connector: "", connector_name: "" }));
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
		// a closed dialog would keep what was entered in the page
		dialog.$wrapper.on("hidden.bs.modal", () => dialog.$wrapper.remove());
		dialog.show();
	},
});

const escape = (text) => collections_app.escape(text);

function about(card) {
	const needs = [card.needs, card.fields.join(", ")].filter(Boolean).map(escape);
	return `<p>${escape(card.description)}</p>
		${line(__("Does"), card.abilities.map(escape).join(" · "))}
		${line(__("Needs"), needs.join("<br>") || __("Nothing"))}
		${card.docs ? line(__("Documentation"), documentation(card.docs)) : ""}`;
}

function documentation(address) {
	const shown = escape(address);
	return `<a href="${shown}" target="_blank" rel="noopener noreferrer">${shown}</a>`;
}

function line(label, value) {
	return `<div class="connector-line"><span class="text-muted">${label}</span><span>${value}</span></div>`;
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
