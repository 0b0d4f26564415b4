const API = "collections_app.api.low_code";
const KEYS = {
	"API Key": ["Header", "X-Api-Key", ""],
	default: ["Header", "Authorization", "Bearer"],
};

frappe.ui.form.on("Low-code Connector", {
	async refresh(frm) {
		const name = frm.doc.name;
		frm.targets = frm.targets || (await frappe.xcall(`${API}.target_fields`));
		if (frm.doc.name !== name) return;
		// what a stream is called now, so that its mapping can follow
		frm.stream_names = Object.fromEntries(
			(frm.doc.streams || []).map((row) => [row.name, row.stream]),
		);
		collections_app.low_code_mapping.draw(frm);
		frm.events.show_auth(frm);
		if (frm.is_new()) return;
		if (frappe.model.can_write("Connector Config")) {
			frm.add_custom_button(__("Test"), () => collections_app.low_code_test.open(frm));
			frm.add_custom_button(__("New Connection"), () =>
				frappe.new_doc("Connector Config", { connector: frm.doc.name }),
			);
		}
		frm.add_custom_button(__("Export"), () => collections_app.low_code_transfer.export(frm));
	},

	auth_kind(frm) {
		const [place, name, prefix] = KEYS[frm.doc.auth_kind] || KEYS.default;
		frm.set_value({ key_place: place, key_name: name, key_prefix: prefix });
		frm.events.show_auth(frm);
	},

	show_auth(frm) {
		const text = {
			None: __("Nothing is entered."),
			"API Key": __("Each connection enters its key."),
			"Bearer Token": __("Each connection enters a token that does not change."),
			Basic: __("Each connection enters a user name and a password, or a key and nothing."),
			Login: __(
				"The service has a login of its own: user name and password are posted, a token comes back and is used until it ends.",
			),
			"Client Credentials": __(
				"OAuth2: each connection enters client ID and secret; a token is fetched from the token address.",
			),
			"Authorization Code": __(
				"OAuth2: each connection enters client ID and secret, and a person consents in the provider's own screen (button Connect).",
			),
			JWT: __("Each connection enters a private key, with which the claims are signed."),
		}[frm.doc.auth_kind];
		frm.get_field("auth_help").$wrapper.html(
			`<p class="text-muted">${text || ""} ${__("Secrets are never kept here.")}</p>`,
		);
	},
});

frappe.ui.form.on("Low-code Stream", {
	target(frm, cdt, cdn) {
		collections_app.low_code_mapping.fill(frm, locals[cdt][cdn]);
	},

	stream(frm, cdt, cdn) {
		const row = locals[cdt][cdn];
		const before = frm.stream_names?.[cdn];
		frm.stream_names = { ...frm.stream_names, [cdn]: row.stream };
		for (const mapping of frm.doc.mappings || []) {
			if (before && mapping.stream === before) mapping.stream = row.stream;
		}
		frm.refresh_field("mappings");
		collections_app.low_code_mapping.fill(frm, row);
	},

	streams_remove(frm) {
		const kept = new Set((frm.doc.streams || []).map((row) => row.stream));
		frm.doc.mappings = (frm.doc.mappings || []).filter((row) => kept.has(row.stream));
		frm.refresh_field("mappings");
		collections_app.low_code_mapping.draw(frm);
	},
});

frappe.ui.form.on("Low-code Mapping", {
	target_field: (frm) => collections_app.low_code_mapping.draw(frm),
	stream: (frm) => collections_app.low_code_mapping.draw(frm),
	mappings_remove: (frm) => collections_app.low_code_mapping.draw(frm),
});
