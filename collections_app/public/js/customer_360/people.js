// Whom to call, write to, and where letters go.
import { ask } from "./server.js";

const { escape, link, pill } = collections_app;

export class People {
	constructor(panel) {
		this.panel = panel;
	}

	read(subject) {
		return ask("people", subject);
	}

	draw({ contacts, may_read, may_create, own, address, address_name }, $body) {
		const rows = contacts.map((one) => this.contact(one));
		if (own.email || own.phone) {
			rows.push(
				this.row(`<span class="text-muted">${__("In the customer's record")}</span>`, own),
			);
		}
		const none = may_read
			? __("No contact yet: letters and calls need one.")
			: __("You may not see contacts.");
		const place = address.length
			? `<div class="c360-address">${link("Address", address_name, __("Address"))}<br>${address
					.map(escape)
					.join("<br>")}</div>`
			: `<div class="text-muted">${__("No postal address")}</div>`;
		const add = may_create
			? `<button class="btn btn-default btn-xs" data-new-contact>${__("New Contact")}</button>`
			: "";
		$body.html(
			`${rows.join("") || `<div class="text-muted">${none}</div>`}${place}<div class="mt-2">${add}</div>`,
		);
		$body.find("[data-new-contact]").on("click", () => this.add());
	}

	contact(one) {
		const marks = [];
		if (one.is_billing_contact) marks.push(pill(__("Billing"), "blue"));
		if (one.is_primary_contact) marks.push(pill(__("Primary"), "gray"));
		const role = [one.designation, one.department].filter(Boolean).map(escape).join(", ");
		const head = `${link("Contact", one.name, one.full_name)} ${marks.join(" ")}
			<span class="text-muted">${role}</span>`;
		return this.row(head, { email: one.email_id, phone: one.mobile_no || one.phone });
	}

	row(head, { email, phone }) {
		const ways = [];
		if (email) ways.push(`<a href="mailto:${encodeURIComponent(email)}">${escape(email)}</a>`);
		if (phone) {
			ways.push(
				`<a href="tel:${escape(phone.replace(/[^+\d]/g, ""))}">${escape(phone)}</a>`,
			);
		}
		return `<div class="c360-person"><div>${head}</div><div>${ways.join(" · ")}</div></div>`;
	}

	add() {
		const { customer } = this.panel.view;
		frappe.new_doc("Contact", {}, (doc) => {
			const row = frappe.model.add_child(doc, "Dynamic Link", "links");
			row.link_doctype = "Customer";
			row.link_name = customer;
		});
	}
}
