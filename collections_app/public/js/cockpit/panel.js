// One panel: it asks for its own figures and shows its own trouble, whatever the others do.
import { failed, loading } from "../shared/states.js";
import { ask } from "./server.js";

const { escape } = collections_app;

export class Panel {
	// `kind`: { name, title, kinds, show, args, lines }. `show(data, panel)` gives the HTML; `kinds`: what moves it.
	// `lines`: of grey that stand for it meanwhile, about as high.
	constructor(grid, kind, cockpit) {
		Object.assign(this, { kind, cockpit, asked: 0 });
		const id = `cockpit-${kind.name}-title`;
		this.section =
			$(`<section class="cockpit-panel cockpit-${kind.name}" data-panel="${kind.name}"
				aria-labelledby="${id}">
			<header class="cockpit-head"><h2 id="${id}">${escape(kind.title)}</h2><div class="cockpit-tools"></div></header>
			<div class="cockpit-body">${loading(kind.lines || 4)}</div>
		</section>`).appendTo(grid);
		this.body = this.section.find(".cockpit-body");
		this.tools = this.section.find(".cockpit-tools");
		this.section.on("click", "[data-retry]", () => this.load());
		if (kind.ready) kind.ready(this);
	}

	get place() {
		return this.section[0];
	}

	wait() {
		this.section.attr("aria-busy", true);
	}

	// What was shown stays until the answer is there; an answer to an older question is dropped.
	async load() {
		const number = ++this.asked;
		this.wait();
		try {
			const args = {
				...this.cockpit.filters,
				...(this.kind.args ? this.kind.args(this) : {}),
			};
			const data = await ask(this.kind.name, args);
			if (number !== this.asked) return;
			this.data = data;
			this.body.html(this.kind.show(data, this));
		} catch (error) {
			if (number === this.asked) this.body.html(failed(error));
		}
		if (number === this.asked) this.section.attr("aria-busy", false);
	}

	is_moved_by(kinds) {
		return !kinds.length || kinds.some((kind) => this.kind.kinds.includes(kind));
	}
}
