// What the customer gets, as it is being written: as e-mail, as printed letter, as text message.
const { escape, letter_frame } = collections_app;
const METHOD = "collections_app.api.letters.preview_texts";
const PDF = "/api/method/collections_app.api.letters.preview_pdf";
const MEDIA = [
	["Email", __("E-mail")],
	["Letter", __("Printed Letter")],
	["SMS", __("Text Message")],
];

export class LetterPreview {
	constructor(editor, wrapper) {
		this.editor = editor;
		this.medium = "Email";
		this.asked = 0;
		this.refresh_soon = frappe.utils.debounce(() => this.refresh(), 500);
		this.wrapper = $(`<div class="letter-preview-box">
			<div class="letter-preview-head">
				<div class="btn-group" role="tablist">${MEDIA.map(
					([medium, label]) =>
						`<button type="button" role="tab" class="btn btn-sm btn-default" data-medium="${medium}">${label}</button>`,
				).join("")}</div>
				<div class="letter-preview-customer"></div>
				<div class="letter-preview-company"></div>
				<button type="button" class="btn btn-sm btn-default" data-pdf>${__("Open PDF")}</button>
			</div>
			<ul class="letter-problems"></ul>
			<p class="text-muted small letter-preview-note"></p>
			<div class="letter-preview-page" aria-live="polite"></div>
		</div>`).appendTo(wrapper);
		this.wrapper.on("click", "[data-medium]", (event) => {
			this.medium = event.currentTarget.dataset.medium;
			this.refresh();
		});
		this.wrapper.on("click", "[data-pdf]", () => this.open_pdf());
		this.wrapper.on("click", "[data-problem]", (event) => {
			const { field, line } = event.currentTarget.dataset;
			this.editor.fields.go_to(field, Number(line));
		});
		this.customer = this.link("Customer", ".letter-preview-customer", __("Customer: samples"));
		this.company = this.link("Company", ".letter-preview-company", __("Company"));
		this.company.set_value(frappe.defaults.get_user_default("Company") || "");
	}

	link(doctype, place, placeholder) {
		return frappe.ui.form.make_control({
			parent: this.wrapper.find(place),
			df: {
				fieldtype: "Link",
				options: doctype,
				fieldname: `preview_${doctype.toLowerCase()}`,
				placeholder,
				change: () => this.refresh_soon(),
			},
			render_input: true,
			only_input: true,
		});
	}

	arguments() {
		const row = this.editor.row(this.editor.edited);
		if (!row) return null;
		return {
			language: row.language,
			subject: row.subject || "",
			body: row.body || "",
			sms_text: row.sms_text || "",
			tone: this.editor.frm.doc.tone || "",
			customer: this.customer.get_value() || null,
			company: this.company.get_value() || null,
		};
	}

	async refresh() {
		this.wrapper.find("[data-medium]").each((_index, tab) =>
			$(tab)
				.toggleClass("active", tab.dataset.medium === this.medium)
				.attr("aria-selected", tab.dataset.medium === this.medium),
		);
		this.wrapper.find("[data-pdf]").toggle(this.medium === "Letter");
		const values = this.arguments();
		if (!values) return;
		// answers may come in another order than they were asked for
		const asked = ++this.asked;
		const result = await frappe.xcall(METHOD, { ...values, medium: this.medium });
		if (asked === this.asked) this.show(result, values);
	}

	show(result, values) {
		this.wrapper
			.find(".letter-problems")
			.html(
				result.problems.map(
					(one) =>
						`<li><button type="button" class="btn btn-link btn-xs" data-problem data-field="${
							one.field
						}" data-line="${one.line}">${escape(one.where)}</button> ${escape(
							one.message,
						)}</li>`,
				),
			);
		const note =
			result.sample && values.customer
				? __("{0} has no open invoice here: filled in with samples.", [values.customer])
				: result.sample
					? __("Filled in with samples. Choose a customer to see a real one.")
					: "";
		this.wrapper.find(".letter-preview-note").text(note);
		this.editor.fields.show_size(result.size);
		const page = this.wrapper.find(".letter-preview-page").attr("data-shown", this.medium);
		if (this.medium === "SMS") {
			page.html(
				result.text
					? `<div class="letter-sms">${escape(result.text)}</div>`
					: `<p class="text-muted">${__("There is no text message.")}</p>`,
			);
			return;
		}
		if (result.html === undefined) {
			page.html(`<p class="text-muted">${__("Mend the problems above to see it.")}</p>`);
			return;
		}
		page.empty()
			.append(
				this.medium === "Email"
					? `<p><b class="letter-preview-subject">${escape(result.subject)}</b></p>`
					: "",
			)
			.append(letter_frame(result.html, 1400));
	}

	async open_pdf() {
		const values = this.arguments();
		if (!values) return;
		delete values.sms_text;
		// opened at once, because a window that opens later is blocked
		const tab = window.open("", "_blank");
		const form = new FormData();
		for (const [key, value] of Object.entries(values)) if (value) form.append(key, value);
		const answer = await fetch(PDF, {
			method: "POST",
			headers: { "X-Frappe-CSRF-Token": frappe.csrf_token },
			body: form,
		});
		if (!answer.ok) {
			if (tab) tab.close();
			frappe.msgprint(__("The PDF could not be made. Are there problems in the texts?"));
			return;
		}
		const url = URL.createObjectURL(await answer.blob());
		if (tab) tab.location = url;
		else frappe.msgprint(__("The browser blocked the window of the PDF."));
	}
}
