// A part of the page that loads by itself: a failed one says so and does not blank the others.
import { empty, failed, loading } from "../shared/states.js";

const { escape } = collections_app;

export class Panel {
	// `lines`: of grey that stand for it meanwhile, about as high. `read()` asks the server, `show(answer)` returns HTML (empty
	// text: nothing to show), `shown(answer)` draws the rest.
	constructor(parent, { name, title, hint, lines = 4, read, show, shown, nothing }) {
		Object.assign(this, { lines, read, show, shown, nothing });
		this.element =
			$(`<section class="team-panel" data-panel="${name}" aria-labelledby="team-${name}">
			<header class="team-head">
				<h2 class="team-title" id="team-${name}">${escape(title)}</h2>
				${hint ? `<span class="team-hint text-muted small">${escape(hint)}</span>` : ""}
				<div class="team-buttons"></div>
			</header>
			<div class="team-body"></div>
		</section>`).appendTo(parent);
		this.body = this.element.find(".team-body");
		this.element.on("click", "[data-retry]", () => this.load());
	}

	button(label, action, primary = false) {
		$(
			`<button class="btn btn-sm ${primary ? "btn-primary" : "btn-default"}">${escape(label)}</button>`,
		)
			.appendTo(this.element.find(".team-buttons"))
			.on("click", action);
	}

	get place() {
		return this.element[0];
	}

	// What is shown stays until the answer is there.
	wait() {
		if (!this.answer) this.body.html(loading(this.lines));
		this.element.attr("aria-busy", true);
	}

	// The newest answer wins.
	async load() {
		const asked = (this.asked = {});
		this.wait();
		try {
			const answer = await this.read();
			if (this.asked !== asked) return;
			this.answer = answer;
			this.body.html(this.show(answer) || empty(...this.nothing));
			if (this.shown) this.shown(answer);
		} catch (error) {
			if (this.asked !== asked) return;
			this.answer = null;
			this.body.html(failed(error));
		}
		this.element.attr("aria-busy", false);
	}
}
