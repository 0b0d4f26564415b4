const API = "collections_app.api.connectors";

frappe.ui.form.on("Connector Log", {
	refresh(frm) {
		// a log is written by the connector
		frm.disable_save();
		const parked = (frm.doc.failures || []).filter((row) => row.status === "Parked").length;
		if (!parked || !frappe.model.can_write("Connector Config")) return;
		frm.add_custom_button(__("Retry Failed Records"), async () => {
			const { message } = await frappe.call({
				method: `${API}.retry_records`,
				args: { log: frm.doc.name },
				freeze: true,
			});
			frappe.msgprint({
				title: __("Tried Again"),
				message: __("{0} done, {1} still failing", [message.done, message.failed]),
				indicator: message.failed ? "orange" : "green",
			});
			frm.reload_doc();
		});
		frm.add_custom_button(__("Dismiss Failed Records"), () =>
			frappe.confirm(__("Give {0} parked record(s) up?", [parked]), async () => {
				await frappe.xcall(`${API}.dismiss_records`, { log: frm.doc.name });
				frm.reload_doc();
			}),
		);
	},
});
