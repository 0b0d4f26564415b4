// The languages a letter has, which of its texts each has, and those that customers read and the letter lacks.
const { escape } = collections_app;

const PARTS = [
	["subject", __("Subject")],
	["body", __("Body")],
	["sms_text", __("Text Message")],
];

export class LanguageTable {
	constructor(editor, wrapper) {
		this.editor = editor;
		this.wrapper = wrapper;
		wrapper.on("click", "[data-edit]", (event) =>
			editor.edit(event.currentTarget.dataset.edit),
		);
		wrapper.on("click", "[data-remove]", (event) =>
			editor.remove_language(event.currentTarget.dataset.remove),
		);
		wrapper.on("click", "[data-add]", (event) =>
			editor.add_language(event.currentTarget.dataset.add),
		);
		this.table = $(`<div class="letter-language-table"></div>`).appendTo(wrapper);
		if (!editor.read_only) this.make_add();
	}

	make_add() {
		this.add = frappe.ui.form.make_control({
			parent: $(`<div class="letter-add-language"></div>`).appendTo(this.wrapper),
			df: {
				fieldtype: "Link",
				options: "Language",
				fieldname: "add_language",
				placeholder: __("Add a language"),
				get_query: () => ({
					filters: { name: ["not in", this.editor.rows.map((row) => row.language)] },
				}),
				change: () => {
					const language = this.add.get_value();
					if (!language) return;
					this.add.set_value("");
					this.editor.add_language(language);
				},
			},
			render_input: true,
			only_input: true,
		});
	}

	show() {
		const { rows, edited, reference, read_only, help } = this.editor;
		const mark = (text, label) =>
			(text || "").trim()
				? `<span class="letter-mark done" title="${escape(label)}">✓</span>`
				: `<span class="letter-mark missing" title="${__("{0} is missing", [
						escape(label),
					])}">–</span>`;
		const lines = rows.map(({ language, ...texts }) => {
			const code = escape(language);
			const role =
				language === edited ? __("edited") : language === reference ? __("reference") : "";
			const remove = read_only
				? ""
				: `<button class="btn btn-xs btn-default" data-remove="${code}">${__(
						"Remove",
					)}</button>`;
			return `<tr data-language="${code}" class="${language === edited ? "active" : ""}">
				<td><button class="btn btn-link btn-xs" data-edit="${code}">${code}</button>
					<span class="text-muted">${role}</span></td>
				${PARTS.map(([field, label]) => `<td>${mark(texts[field], label)}</td>`).join("")}
				<td class="text-right">${remove}</td></tr>`;
		});
		const missing = Object.entries((help && help.missing) || {}).filter(
			([language]) => !rows.some((row) => row.language === language),
		);
		const wanted = missing.map(([language, customers]) => {
			const code = escape(language);
			const add = read_only
				? ""
				: `<button class="btn btn-xs btn-default" data-add="${code}">${__("Add")}</button>`;
			return `<tr data-missing="${code}"><td>${code}</td>
				<td colspan="3" class="text-warning">${__("no text; {0} customers read it", [
					customers,
				])}</td><td class="text-right">${add}</td></tr>`;
		});
		this.table.html(`<table class="table table-sm"><thead><tr><th>${__("Language")}</th>
			${PARTS.map(([, label]) => `<th>${label}</th>`).join("")}<th></th></tr></thead>
			<tbody>${lines.join("")}${wanted.join("")}</tbody></table>`);
	}
}
