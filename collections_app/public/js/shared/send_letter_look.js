// The message as the customer will get it, to whom it goes, and what keeps it from going now.
import { alert_box, failed, loading } from "./states.js";

const { escape, letter_frame, link, status_pill } = collections_app;

export class LetterLook {
	constructor(wrapper, retry) {
		this.wrapper = $(wrapper).html(`<div data-notes></div><div data-page></div>`);
		this.notes = this.wrapper.find("[data-notes]");
		this.page = this.wrapper.find("[data-page]");
		// the dialog's own Try Again loads the choice anew; this one only the look
		this.wrapper.on("click", "[data-retry]", (event) => {
			event.stopPropagation();
			retry();
		});
	}

	// What makes sending impossible, with the place to mend it; and what waits already.
	hindered(hindrances, waiting) {
		this.standing = [
			...hindrances.map((one) => this.hindrance(one)),
			waiting.length ? this.waiting(waiting) : "",
		].join("");
		this.notes.html(this.standing);
		this.page.empty();
	}

	hindrance({ text, list, form }) {
		const where = list
			? `<a href="${frappe.utils.get_form_link(list, "").replace(/\/$/, "")}">${__("Set Up")}</a>`
			: form
				? link(form[0], form[1], __("Open {0}", [__(form[0])]))
				: "";
		return `<div class="form-message orange" role="alert">${escape(text)} ${where}</div>`;
	}

	waiting(rows) {
		const lines = rows.map(
			(one) => `<div>${link("Collection Action", one.name, one.step_name || one.name)}
				${status_pill(one.status)} <span class="text-muted">${escape(
					(one.hold_reasons || "").split("\n")[0],
				)}</span></div>`,
		);
		return `<div class="form-message blue">${__("Waiting already")}:${lines.join("")}</div>`;
	}

	loading() {
		this.page.html(loading(5));
	}

	show(preview) {
		this.notes.html(this.standing + this.holds(preview.holds));
		const to = escape(preview.to || "–");
		this.page.html(`<div class="letter-head">
			<div>${__("To {0}", [to])}</div>
			${preview.text === undefined ? `<div><b>${escape(preview.subject)}</b></div>` : ""}
		</div>`);
		if (preview.text === undefined) {
			this.page.append(letter_frame(preview.html, 620));
		} else if (preview.text) {
			this.page.append(`<div class="letter-text">${escape(preview.text)}</div>`);
		} else {
			this.page.append(alert_box(__("This letter has no text message."), "orange"));
		}
	}

	holds(reasons) {
		if (!reasons.length) return "";
		return `<div class="form-message yellow" data-holds>${__(
			"It will wait in the outbox and go out by itself:",
		)}<ul class="mb-0">${reasons.map((one) => `<li>${escape(one)}</li>`).join("")}</ul></div>`;
	}

	refused(text) {
		this.notes.html(this.standing + alert_box(text));
	}

	failed(error) {
		this.page.html(failed(error));
	}
}
