// The case's timeline: Frappe's own with what happened on the case in it; filtered by kind it is read from the server.
frappe.provide("collections_app");

const METHOD = "collections_app.api.cases";

collections_app.CaseTimeline = class CaseTimeline {
	constructor(frm) {
		this.frm = frm;
		this.kind = "";
	}

	get timeline() {
		return this.frm.timeline;
	}

	// Called whenever the form's timeline was drawn anew.
	async refresh() {
		if (!this.timeline || this.frm.is_new()) return;
		if (this.case !== this.frm.doc.name) {
			this.case = this.frm.doc.name;
			this.kind = "";
		}
		this.kinds = this.kinds || (await frappe.xcall(`${METHOD}.timeline_kinds`));
		this.draw_filter();
		await this.show();
	}

	draw_filter() {
		this.timeline.timeline_wrapper.find(".case-timeline-filter").remove();
		const button = (kind, label) =>
			`<button type="button" class="btn btn-xs ${
				kind === this.kind ? "btn-primary" : "btn-default"
			}" data-kind="${kind}">${collections_app.escape(label)}</button>`;
		const bar = $(`<div class="case-timeline-filter collections-shortcuts">
			${button("", __("All"))}
			${this.kinds.map(({ kind, label }) => button(kind, label)).join("")}
		</div>`);
		bar.on("click", "[data-kind]", (event) => {
			this.kind = event.currentTarget.dataset.kind;
			this.draw_filter();
			this.show();
		});
		this.timeline.timeline_items_wrapper.before(bar);
	}

	async show() {
		this.own().remove();
		this.timeline.timeline_items_wrapper.toggle(!this.kind);
		const wrapper = $('<div class="timeline-items case-timeline"></div>');
		this.timeline.timeline_items_wrapper.after(wrapper);
		if (this.kind) return this.load(wrapper);
		return this.offer_older(wrapper);
	}

	own() {
		return this.timeline.timeline_wrapper.find(".case-timeline");
	}

	// In Frappe's own list stands the first page of the case's events; older ones come on demand, below it.
	offer_older(wrapper) {
		const shown = (this.frm.get_docinfo().additional_timeline_content || []).filter((one) =>
			String(one.content).includes("case-event"),
		);
		const last = shown[shown.length - 1];
		if (last && last.next) this.add_button(wrapper, last.next);
	}

	async load(wrapper, before) {
		const kind = this.kind;
		const page = await frappe.xcall(`${METHOD}.timeline`, {
			case: this.case,
			kinds: kind ? [kind] : this.kinds.filter((one) => !one.native).map((one) => one.kind),
			before,
		});
		if (kind !== this.kind || !wrapper.parent().length) return;
		for (const event of page.events) {
			wrapper.append(
				this.timeline.get_timeline_item({
					icon: event.icon,
					icon_size: "sm",
					creation: event.moment,
					content: event.content,
				}),
			);
		}
		if (!before && !page.events.length) {
			wrapper.append(`<div class="text-muted">${__("Nothing yet")}</div>`);
		}
		if (page.next) this.add_button(wrapper, page.next);
	}

	add_button(wrapper, before) {
		const button = $(
			`<div class="timeline-item"><button type="button" class="btn btn-default btn-sm case-timeline-more">${__(
				"Show Older",
			)}</button></div>`,
		);
		button.find("button").on("click", () => {
			button.remove();
			this.load(wrapper, before);
		});
		wrapper.append(button);
	}
};
