// The open items a letter is about: overdue ones, all, or those ticked; of one currency at a time.
const { escape, money, date } = collections_app;

// what a plan would chase now
const is_late = (one) => one.days_overdue > 0 && !one.covered;

export class ItemChoice {
	// `items`: as `choices` of the server gives them; `changed` is called when others are chosen.
	constructor(wrapper, items, changed) {
		this.wrapper = $(wrapper);
		this.items = items;
		this.changed = changed;
		this.currencies = [...new Set(items.map((one) => one.currency))];
		const first = items.find((one) => one.chosen) || items[0];
		this.currency = first ? first.currency : null;
		this.keys = new Set(items.filter((one) => one.chosen).map((one) => one.item));
		this.wrapper.on("change", "[data-item]", ({ currentTarget }) => {
			this.keys[currentTarget.checked ? "add" : "delete"](currentTarget.dataset.item);
			this.tell();
		});
		this.wrapper.on("click", "[data-choose]", ({ currentTarget }) =>
			this.choose(currentTarget.dataset.choose),
		);
		this.wrapper.on("change", "[data-currency]", ({ currentTarget }) => {
			this.currency = currentTarget.value;
			this.choose(this.shown.some(is_late) ? "overdue" : "all");
		});
		this.draw();
	}

	get shown() {
		return this.items.filter((one) => one.currency === this.currency);
	}

	get chosen() {
		return this.shown.filter((one) => this.keys.has(one.item)).map((one) => one.item);
	}

	choose(which) {
		const fits = {
			all: () => true,
			overdue: is_late,
			none: () => false,
		};
		this.keys = new Set(this.shown.filter(fits[which]).map((one) => one.item));
		this.draw();
		this.tell();
	}

	tell() {
		this.wrapper.find("[data-sum]").html(this.sum());
		this.changed();
	}

	sum() {
		const some = this.shown.filter((one) => this.keys.has(one.item));
		const total = some.reduce((sum, one) => sum + one.outstanding, 0);
		return __("{0} of {1} items, {2}", [
			some.length,
			this.shown.length,
			money(total, this.currency),
		]);
	}

	draw() {
		if (!this.items.length) return this.wrapper.empty();
		const several = this.currencies.length > 1;
		const currency = several
			? `<select class="form-control input-xs" data-currency aria-label="${__("Currency")}">${this.currencies
					.map(
						(one) =>
							`<option ${one === this.currency ? "selected" : ""}>${escape(one)}</option>`,
					)
					.join("")}</select>`
			: "";
		const button = (which, text) =>
			`<button type="button" class="btn btn-default btn-xs" data-choose="${which}">${text}</button>`;
		this.wrapper.html(`<fieldset class="letter-items">
			<legend class="control-label">${__("About")}</legend>
			<div class="collections-shortcuts">${currency}${button("overdue", __("Overdue"))}${button(
				"all",
				__("All Open"),
			)}</div>
			<div class="letter-item-rows">${this.shown.map((one) => this.row(one)).join("")}</div>
			<div class="text-muted small" data-sum>${this.sum()}</div>
		</fieldset>`);
	}

	row(one) {
		const when =
			one.days_overdue > 0
				? collections_app.days_overdue(one.days_overdue)
				: one.is_credit
					? __("Credit")
					: __("due {0}", [date(one.due_date)]);
		const covered = one.covered
			? ` <span class="text-muted">· ${__("promised, in dispute or paused")}</span>`
			: "";
		return `<label class="letter-item">
			<input type="checkbox" data-item="${escape(one.item)}" ${this.keys.has(one.item) ? "checked" : ""}>
			<span>${escape(one.voucher_no)} <span class="text-muted">${when}</span>${covered}</span>
			<span class="letter-item-amount">${money(one.outstanding, one.currency)}</span>
		</label>`;
	}
}
