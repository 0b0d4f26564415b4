// What a letter may use: the names that services/letters.py fills in.
const VARIABLES = [
	["customer.customer_name", __("Name of the customer")],
	["contact_name", __("Person addressed, where known")],
	["items_table", __("Table of the invoices, in the letter's language")],
	[
		"items",
		__(
			"The invoices, to loop over: invoice, po_no, posting_date, due_date, days_overdue, outstanding",
		),
	],
	["item_count", __("How many invoices the letter lists")],
	["total", __("Total of the listed invoices")],
	["total_overdue", __("Of which overdue")],
	["interest", __("Late interest; empty where none is charged")],
	["indemnity", __("Fixed indemnity; empty where none is charged")],
	["total_with_charges", __("Total of the listed invoices with these charges")],
	["currency", __("Currency of the amounts")],
	["oldest_days_overdue", __("Days since the oldest due date")],
	["level", __("Dunning level")],
	["pay_by", __("Date to pay by")],
	["today", __("Date of the letter")],
	["reference", __("Our reference")],
	["company.name", __("Your company; also company.email and company.phone")],
	[
		"bank_account.iban",
		__("Your bank account; also bank_account.bank and bank_account.account_name"),
	],
	["collector.full_name", __("Who signs; also collector.email and collector.phone")],
];

frappe.ui.form.on("Collection Letter", {
	refresh(frm) {
		const rows = VARIABLES.map(
			([name, what]) => `<tr><td><code>{{ ${name} }}</code></td><td>${what}</td></tr>`,
		);
		frm.get_field("help_html").$wrapper.html(
			`<table class="table table-sm"><tbody>${rows.join("")}</tbody></table>`,
		);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Preview"), () => frm.events.preview(frm));
	},

	preview(frm) {
		if (frm.is_dirty()) {
			frappe.msgprint(__("Save the letter first"));
			return;
		}
		const languages = (frm.doc.translations || []).map((row) => row.language);
		const dialog = new frappe.ui.Dialog({
			title: __("Preview"),
			size: "extra-large",
			fields: [
				{
					fieldname: "customer",
					fieldtype: "Link",
					options: "Customer",
					label: __("Customer"),
					reqd: 1,
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "company",
					fieldtype: "Link",
					options: "Company",
					label: __("Company"),
					default: frappe.defaults.get_user_default("Company"),
					reqd: 1,
				},
				{ fieldtype: "Column Break" },
				{
					fieldname: "language",
					fieldtype: "Select",
					label: __("Language"),
					options: ["", ...languages],
					description: __("Empty: the customer's"),
				},
				{ fieldtype: "Section Break" },
				{ fieldname: "letter", fieldtype: "HTML" },
			],
			primary_action_label: __("Show"),
			primary_action: ({ customer, company, language }) =>
				frappe
					.xcall("collections_app.api.letters.preview", {
						letter: frm.doc.name,
						customer,
						company,
						language: language || null,
					})
					.then((letter) => {
						const place = dialog.fields_dict.letter.$wrapper.empty();
						place.append(
							`<p><b>${collections_app.escape(letter.subject)}</b>
							<span class="text-muted">${collections_app.escape(letter.language)}</span></p>`,
						);
						place.append(collections_app.letter_frame(letter.html));
					}),
		});
		dialog.show();
	},
});
