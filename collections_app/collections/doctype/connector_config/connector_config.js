const API = "collections_app.api.connectors";
const escape = (text) => collections_app.escape(text);

frappe.ui.form.on("Connector Config", {
	setup(frm) {
		frappe.realtime.on("connector_sync", (event) =>
			collections_app.connector_health.told(frm, event),
		);
	},

	async refresh(frm) {
		// the connector says what it reads and which accounts there are; a person only switches them on and off
		for (const table of ["streams", "accounts"]) {
			frm.set_df_property(table, "cannot_add_rows", 1);
			frm.set_df_property(table, "cannot_delete_rows", 1);
		}
		frm.set_query("bank_account", "accounts", () => ({
			filters: { company: frm.doc.company, is_company_account: 1 },
		}));
		// chosen in the gallery; told at a glance
		frm.toggle_display(["connector", "status", "last_sync", "status_message"], false);
		const name = frm.doc.name;
		await load_catalogue(frm);
		if (frm.doc.name !== name) return;
		frm.events.connector(frm);
		collections_app.statement_upload.draw(frm);
		if (frm.is_new()) return;
		await frm.events.show_overview(frm);
		if (frm.doc.name === name && frappe.model.can_write("Connector Config")) {
			frm.events.add_buttons(frm);
		}
	},

	connector(frm) {
		const card = frm.catalogue?.[frm.doc.connector];
		if (frm.is_new()) collections_app.connector_gallery.draw(frm);
		if (!card) return;
		frm.set_df_property("environment", "options", card.environments);
		frm.toggle_display("consent_until", card.consent || Boolean(frm.doc.consent_until));
		if (frm.is_new()) {
			const [first = ""] = card.environments;
			frm.set_value(
				"environment",
				card.environments.includes("sandbox") ? "sandbox" : first,
			);
			if (!frm.doc.connector_name) frm.set_value("connector_name", card.label);
			collections_app.connector_overview.draw_card(frm, card);
		}
		frm.refresh_field("environment");
	},

	async show_overview(frm) {
		const name = frm.doc.name;
		const overview = await frappe.xcall(`${API}.overview`, { connector: name });
		if (frm.doc.name !== name) return;
		frm.overview = overview;
		collections_app.connector_overview.draw(frm, overview);
		const failed = { Failing: "red", Warning: "orange" }[frm.doc.status];
		const consent_ends =
			overview.consent_days !== null && overview.consent_days <= overview.consent_warning;
		frm.dashboard.clear_headline();
		if (failed && frm.doc.status_message) {
			frm.dashboard.set_headline_alert(escape(frm.doc.status_message), failed);
		} else if (overview.next) {
			frm.dashboard.set_headline_alert(
				escape(overview.next),
				consent_ends ? "orange" : "blue",
			);
		}
		if (overview.syncing) collections_app.connector_health.follow(frm);
	},

	add_buttons(frm) {
		const { card, credentials } = frm.overview;
		frm.add_custom_button(__("Test Connection"), () => frm.events.test(frm));
		if ((frm.doc.streams || []).length) {
			frm.add_custom_button(__("Sync Now"), () => frm.events.sync(frm));
		}
		if (credentials.length) {
			frm.add_custom_button(__("Enter Credentials"), () => frm.events.enter(frm));
		}
		if (card.consent) {
			frm.add_custom_button(__("Connect"), () => frm.events.consent(frm));
		}
	},

	enter(frm) {
		collections_app.connector_overview.enter_credentials(frm, async (values) => {
			await frappe.call({
				method: `${API}.save_credentials`,
				args: { connector: frm.doc.name, values },
				freeze: true,
			});
			frappe.show_alert({ message: __("Credentials saved"), indicator: "green" });
			frm.reload_doc();
		});
	},

	async consent(frm) {
		const address = await frappe.xcall(`${API}.start_consent`, { connector: frm.doc.name });
		window.location.assign(address);
	},

	test(frm) {
		return frappe
			.call({
				method: `${API}.test_connection`,
				args: { connector: frm.doc.name },
				freeze: true,
				freeze_message: __("Asking the provider..."),
			})
			.then(({ message }) => {
				frappe.msgprint({
					title: message.ok ? __("It Works") : __("It Does Not Work"),
					message: escape(message.message),
					indicator: message.ok ? "green" : "red",
				});
				frm.reload_doc();
			});
	},

	// A worker reads; the panel shows how far it is.
	async sync(frm) {
		if (frm.is_dirty()) await frm.save();
		const { queued } = await frappe.xcall(`${API}.sync_now`, { connector: frm.doc.name });
		if (!queued) frappe.show_alert(__("It is being read already."));
		collections_app.connector_health.follow(frm);
	},

	// Calls a method that reads the connector, then says what came.
	read(frm, method, args = {}) {
		return frappe
			.call({
				method: `${API}.${method}`,
				args: { connector: frm.doc.name, ...args },
				freeze: true,
				freeze_message: __("Reading..."),
			})
			.then(({ message }) => {
				const counts = __("{0} new, {1} seen before, {2} failed", [
					message.created,
					message.seen,
					message.failed,
				]);
				const details = escape(message.message).replace(/\n/g, "<br>");
				frappe.msgprint({
					title: __("What Came"),
					message: [counts, details].filter(Boolean).join("<br>"),
					indicator: message.failed ? "orange" : "green",
				});
				frm.reload_doc();
			});
	},
});

async function load_catalogue(frm) {
	if (frm.catalogue) return;
	const found = await frappe.xcall(`${API}.catalogue`);
	frm.catalogue = Object.fromEntries(found.map((one) => [one.value, one]));
	frm.get_field("connector").set_data(
		found.map(({ value, label, description }) => ({ value, label, description })),
	);
}
