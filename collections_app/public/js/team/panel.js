// A part of the page that loads by itself: a failed one says so and does not blank the others.
import { empty, failed, loading } from "../shared/states.js";

const { escape } = collections_app;

export class Panel {
	// `load()` asks the server, `show(answer)` returns HTML (empty text: nothing to show), `shown(answer)` draws the rest.
	constructor(parent, { name, title, hint, load, show, shown, nothing }) {
		Object.assign(this, { load, show, shown, nothing });
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
		this.element.on("click", "[data-retry]", () => this.refresh());
	}

	button(label, action, primary = false) {
		$(
			`<button class="btn btn-sm ${primary ? "btn-primary" : "btn-default"}">${escape(label)}</button>`,
		)
			.appendTo(this.element.find(".team-buttons"))
			.on("click", action);
	}

	// The newest answer wins; what is shown stays until it comes.
	async refresh() {
		const asked = (this.asked = {});
		if (!this.answer) this.body.html(loading(4));
		this.element.attr("aria-busy", true);
		try {
			const answer = await this.load();
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
