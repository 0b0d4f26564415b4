// Definitions of low-code connectors as files: out of this site, into this site.

frappe.provide("collections_app.low_code_transfer");

const API = "collections_app.api.low_code";

Object.assign(collections_app.low_code_transfer, {
	async export(frm) {
		const definition = await frappe.xcall(`${API}.export_definition`, {
			connector: frm.doc.name,
		});
		const file = new Blob([`${JSON.stringify(definition, null, 1)}\n`], {
			type: "application/json",
		});
		const link = document.createElement("a");
		link.href = URL.createObjectURL(file);
		link.download = `${frappe.scrub(frm.doc.name).replace(/[^\w-]+/g, "_")}.json`;
		link.click();
		URL.revokeObjectURL(link.href);
	},

	import() {
		const dialog = new frappe.ui.Dialog({
			title: __("Import a Low-code Connector"),
			fields: [
				{ fieldname: "file", fieldtype: "HTML" },
				{
					fieldname: "text",
					fieldtype: "Text",
					label: __("Definition"),
					description: __("Choose a file, or paste the JSON that was exported"),
					reqd: 1,
				},
				{
					fieldname: "replace",
					fieldtype: "Check",
					label: __("Replace the connector of that name"),
					description: __("Its connections stay; otherwise nothing is overwritten"),
				},
			],
			primary_action_label: __("Import"),
			primary_action: ({ text, replace }) =>
				frappe
					.call({
						method: `${API}.import_definition`,
						args: { text, replace: replace || 0 },
						freeze: true,
					})
					.then(
						({ message }) => imported(dialog, message),
						// what is wrong is shown; the text stays to be mended
						() => {},
					),
		});
		const input = $('<input type="file" accept=".json,application/json" class="mb-3">')
			.attr("aria-label", __("File"))
			.appendTo(dialog.fields_dict.file.$wrapper);
		input.on("change", async () => {
			const [file] = input[0].files;
			if (file) dialog.set_value("text", await file.text());
		});
		dialog.show();
	},
});

function imported(dialog, { name, replaced }) {
	dialog.hide();
	frappe.show_alert({
		message: replaced ? __("{0} was replaced", [name]) : __("{0} was imported", [name]),
		indicator: "green",
	});
	frappe.set_route("Form", "Low-code Connector", name);
}
