frappe.ui.form.on("Collection Letter", {
	refresh(frm) {
		// the grid is the store; the editor is where the texts are written
		frm.toggle_display("translations", false);
		frappe.require("letter_editor.bundle.js", () => {
			if (frm.letter_editor && frm.letter_editor.belongs_to(frm.doc.name)) {
				frm.letter_editor.reload();
				return;
			}
			frm.letter_editor = new collections_app.LetterEditor(
				frm,
				frm.get_field("editor_html").$wrapper,
			);
		});
	},

	tone(frm) {
		if (frm.letter_editor) frm.letter_editor.changed();
	},
});
