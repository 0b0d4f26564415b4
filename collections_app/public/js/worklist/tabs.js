// The classes with their counts, as tabs above the list.
const { escape, money } = collections_app;
export const SNOOZED = "Snoozed";
const CLASSES = ["At Risk", "Low-Hanging Fruit", "Waiting", "De-prioritised"];

export class Tabs {
	constructor(wrapper, on_choose) {
		this.wrapper = wrapper;
		this.chosen = "";
		wrapper.on("click", "[data-class]", (event) => {
			this.chosen = event.currentTarget.dataset.class;
			this.show();
			on_choose();
		});
	}

	set(counts, currency) {
		Object.assign(this, { counts, currency });
		this.show();
	}

	get total() {
		return this.of("").count;
	}

	// "" stands for all that is due.
	of(name) {
		const { counts } = this;
		if (name) return counts[name] || { count: 0, overdue: 0 };
		return CLASSES.reduce(
			(sum, one) => ({
				count: sum.count + this.of(one).count,
				overdue: sum.overdue + this.of(one).overdue,
			}),
			{ count: 0, overdue: 0 },
		);
	}

	show() {
		const tab = (name, label) => {
			const { count, overdue } = this.of(name);
			const colour = collections_app.CLASS_COLOURS[name] || "gray";
			const dot =
				name && name !== SNOOZED ? `<span class="indicator ${colour}"></span>` : "";
			const title = __("{0} overdue", [strip_html(money(overdue, this.currency))]);
			return `<button type="button" class="worklist-tab" data-class="${escape(name)}"
				aria-pressed="${name === this.chosen}" title="${escape(title)}">
				${dot}<span>${escape(label)}</span> <span class="worklist-count">${count}</span></button>`;
		};
		const focused = document.activeElement?.dataset?.class;
		this.wrapper.html(
			[
				tab("", __("All Due")),
				...CLASSES.map((one) => tab(one, __(one))),
				tab(SNOOZED, __("Snoozed")),
			].join(""),
		);
		if (focused !== undefined) {
			this.wrapper
				.find("[data-class]")
				.filter((_at, one) => one.dataset.class === focused)
				.trigger("focus");
		}
	}
}
