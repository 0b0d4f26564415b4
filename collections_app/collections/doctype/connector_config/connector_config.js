const API = "collections_app.api.connectors";

frappe.ui.form.on("Connector Config", {
	async onload(frm) {
		const found = await frappe.xcall(`${API}.catalogue`);
		frm.catalogue = Object.fromEntries(found.map((one) => [one.value, one]));
		frm.get_field("connector").set_data(
			found.map(({ value, label, description }) => ({ value, label, description })),
		);
		frm.events.describe(frm);
	},

	refresh(frm) {
		frm.events.describe(frm);
		// the connector says what it reads; a person only switches it on and off
		frm.set_df_property("streams", "cannot_add_rows", 1);
		frm.set_df_property("streams", "cannot_delete_rows", 1);
		const failed = { Failing: "red", Warning: "orange" }[frm.doc.status];
		if (failed && frm.doc.status_message) {
			frm.dashboard.set_headline_alert(
				collections_app.escape(frm.doc.status_message),
				failed,
			);
		}
		if (frm.is_new() || !frappe.model.can_write("Connector Config")) return;
		frm.add_custom_button(__("Test"), () => frm.events.test(frm));
		frm.add_custom_button(__("Sync Now"), () => frm.events.read(frm, "sync_now"));
		frm.events.show_upload(frm);
	},

	connector: (frm) => frm.events.describe(frm),

	describe(frm) {
		const chosen = (frm.catalogue || {})[frm.doc.connector];
		if (!chosen) return;
		frm.set_df_property("connector", "description", `${chosen.label}: ${chosen.description}`);
	},

	test(frm) {
		return frappe
			.call({
				method: `${API}.test_connection`,
				args: { connector: frm.doc.name },
				freeze: true,
			})
			.then(({ message }) => {
				frappe.msgprint({
					title: message.ok ? __("It Works") : __("It Does Not Work"),
					message: collections_app.escape(message.message),
					indicator: message.ok ? "green" : "red",
				});
				frm.reload_doc();
			});
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
				const details = collections_app.escape(message.message).replace(/\n/g, "<br>");
				frappe.msgprint({
					title: __("What Came"),
					message: [counts, details].filter(Boolean).join("<br>"),
					indicator: message.failed ? "orange" : "green",
				});
				frm.reload_doc();
			});
	},

	show_upload(frm) {
		const wrapper = frm.get_field("upload_html").$wrapper.empty();
		if (frm.doc.connector !== "file_drop") return;
		const button = (label, action) =>
			$(`<button class="btn btn-default btn-sm mr-2">${label}</button>`)
				.appendTo(wrapper)
				.on("click", action);
		button(__("Upload Statement"), () => frm.events.upload(frm));
		button(__("Retry Failed Files"), () => frm.events.read(frm, "retry_failed"));
	},

	upload(frm) {
		return new frappe.ui.FileUploader({
			doctype: frm.doctype,
			docname: frm.doc.name,
			make_attachments_public: false,
			// a bank statement is nobody else's business
			allow_toggle_private: false,
			allow_multiple: false,
			on_success: ({ file_url }) => frm.events.read(frm, "upload_statement", { file_url }),
		});
	},
});
