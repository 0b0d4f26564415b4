const API = "collections_app.api.connectors";
const COLOURS = { Waiting: "blue", Processed: "green", Failed: "red" };

frappe.ui.form.on("Webhook Event", {
	refresh(frm) {
		// an event is written by the provider
		frm.disable_save();
		frm.get_field("body_html").$wrapper.html(
			`<label class="control-label">${__("Body")}</label>
			<pre class="connector-text">${collections_app.escape(readable(frm.doc.body))}</pre>`,
		);
		// told above the form
		frm.toggle_display(["status", "message"], false);
		if (frm.doc.message) {
			frm.set_intro(collections_app.escape(frm.doc.message), COLOURS[frm.doc.status]);
		}
		frm.add_custom_button(__("Open Connection"), () =>
			frappe.set_route("Form", "Connector Config", frm.doc.connector),
		);
		if (!frappe.model.can_write("Connector Config")) return;
		frm.add_custom_button(__("Replay"), async () => {
			const { message } = await frappe.call({
				method: `${API}.replay_event`,
				args: { event: frm.doc.name },
				freeze: true,
			});
			frappe.show_alert({
				message: message.message
					? collections_app.escape(message.message)
					: __("Processed"),
				indicator: message.status === "Processed" ? "green" : "red",
			});
			frm.reload_doc();
		});
	},
});

// The raw bytes as text, JSON laid out, a form one field a line.
function readable(body) {
	const bytes = Uint8Array.from(atob(body || ""), (letter) => letter.charCodeAt(0));
	const text = new TextDecoder().decode(bytes);
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return /^[\w.%+-]+=[^\s{<]*$/.test(text)
			? [...new URLSearchParams(text)]
					.map(([name, value]) => `${name} = ${value}`)
					.join("\n")
			: text;
	}
}
