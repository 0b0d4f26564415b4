// The editor of a Collection Letter: two languages side by side, the table of languages, the variables, the preview.
// What is typed goes into the child rows at once, so that saving, undoing and the list of changes work as in any form.
import { LanguageTable } from "./languages.js";
import { LetterPreview } from "./preview.js";
import { TextFields } from "./fields.js";
import { variable_list } from "./variables.js";

frappe.provide("collections_app");

const { escape } = collections_app;
const HELP = "collections_app.api.letters.editor_help";

collections_app.LetterEditor = class LetterEditor {
	constructor(frm, wrapper) {
		this.frm = frm;
		this.docname = frm.doc.name;
		this.read_only = !frm.perm[0] || !frm.perm[0].write;
		this.wrapper = wrapper.empty();
		this.changed_soon = frappe.utils.debounce(() => this.after_change(), 150);
		this.make();
		this.load_help();
	}

	belongs_to(name) {
		return this.docname === name && this.wrapper.find(".letter-editor").length > 0;
	}

	get rows() {
		return this.frm.doc.translations || [];
	}

	row(language) {
		return this.rows.find((row) => row.language === language);
	}

	make() {
		this.body = $(`<div class="letter-editor">
			<div class="letter-languages"></div>
			<div class="letter-sides">
				<section class="letter-side" data-side="reference">
					<div class="letter-side-head"><label>${__("Reference")}</label>
						<select class="form-control input-xs" data-choose="reference"></select></div>
					<div class="letter-reference-texts"></div>
				</section>
				<section class="letter-side" data-side="edited">
					<div class="letter-side-head"><label>${__("Edit")}</label>
						<select class="form-control input-xs" data-choose="edited"></select></div>
					<div class="letter-edited-texts"></div>
				</section>
			</div>
			<details class="letter-variables"><summary>${__("Variables")}
				<span class="text-muted">${__("Click to insert at the cursor")}</span></summary>
				<div class="letter-variable-list"></div></details>
			<div class="letter-preview"></div>
		</div>`).appendTo(this.wrapper);
		this.choose_first();
		this.languages = new LanguageTable(this, this.body.find(".letter-languages"));
		this.fields = new TextFields(this, this.body.find(".letter-edited-texts"));
		this.preview = new LetterPreview(this, this.body.find(".letter-preview"));
		this.body.on("change", "[data-choose]", (event) => {
			this[event.currentTarget.dataset.choose] = event.currentTarget.value;
			this.show();
		});
		this.body.on("click", "[data-insert]", (event) => {
			this.fields.insert(event.currentTarget.dataset.insert);
		});
		this.show();
	}

	// English is what most translators read; what is edited is the reader's own language, else the next.
	choose_first() {
		const codes = this.rows.map((row) => row.language);
		const own = (frappe.boot.lang || "en").split("-")[0];
		this.reference = codes.includes("en") ? "en" : codes[0];
		this.edited =
			codes.includes(own) && own !== this.reference
				? own
				: codes.find((code) => code !== this.reference) || codes[0];
	}

	async load_help() {
		this.help = await frappe.xcall(HELP, {
			languages: this.rows.map((row) => row.language).join(","),
		});
		this.body.find(".letter-variable-list").html(variable_list(this.help.variables));
		this.languages.show();
	}

	// The form was loaded or saved: the texts may be others.
	reload() {
		if (!this.row(this.reference) || !this.row(this.edited)) this.choose_first();
		this.show();
		this.load_help();
	}

	show() {
		const options = (chosen) =>
			this.rows
				.map(
					({ language }) =>
						`<option value="${escape(language)}" ${
							language === chosen ? "selected" : ""
						}>${escape(language)}</option>`,
				)
				.join("");
		for (const side of ["reference", "edited"]) {
			this.body.find(`[data-choose=${side}]`).html(options(this[side]));
		}
		this.show_reference();
		this.fields.show(this.row(this.edited));
		this.languages.show();
		this.preview.refresh_soon();
	}

	show_reference() {
		const row = this.row(this.reference) || {};
		const text = (label, value, field) =>
			`<label class="control-label">${label}</label>
			<pre class="letter-reference-text" data-field="${field}">${escape(value || "")}</pre>`;
		this.body
			.find(".letter-reference-texts")
			.html(
				text(__("Subject"), row.subject, "subject") +
					text(__("Body"), row.body, "body") +
					text(__("Text Message"), row.sms_text, "sms_text"),
			);
	}

	// A text was typed: keep it in its row.
	set(field, value) {
		const row = this.row(this.edited);
		if (!row || (row[field] || "") === value) return;
		frappe.model.set_value(row.doctype, row.name, field, value);
		this.changed();
	}

	changed() {
		this.changed_soon();
	}

	after_change() {
		if (this.edited === this.reference) this.show_reference();
		this.languages.show();
		this.preview.refresh_soon();
	}

	add_language(language) {
		if (!language || this.row(language)) return;
		this.frm.add_child("translations", { language });
		this.frm.dirty();
		if (!this.row(this.reference)) this.reference = language;
		this.edited = language;
		this.show();
		this.load_help();
	}

	remove_language(language) {
		const row = this.row(language);
		frappe.confirm(__("Remove all texts in {0}?", [escape(language).bold()]), () => {
			frappe.model.clear_doc(row.doctype, row.name);
			this.frm.doc.translations = this.rows.filter((one) => one.name !== row.name);
			this.rows.forEach((one, index) => (one.idx = index + 1));
			this.frm.dirty();
			this.reload();
		});
	}

	edit(language) {
		this.edited = language;
		this.show();
	}
};
