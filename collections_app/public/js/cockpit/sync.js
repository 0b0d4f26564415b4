// Sync Now: a run for each company, or only its connections, with what goes on meanwhile.
import { reason_of, server_of } from "../shared/server.js";
import { act } from "./server.js";

const { escape } = collections_app;
const { ask: ask_run } = server_of("collections_app.api.cycle");
const EVENT = "collection_run_progress";
// events may get lost; a run is asked how it is now and then
const ASK_MS = 4000;
const ENDED = ["Completed", "Completed with Issues", "Failed"];

export class Sync {
	constructor(wrapper, on_end) {
		this.wrapper = wrapper;
		this.on_end = on_end;
		this.runs = new Map();
		frappe.realtime.on(EVENT, (told) => this.heard(told));
	}

	ask(companies) {
		const names = companies.map((name) => `<li>${escape(name)}</li>`).join("");
		const text = __(
			"Each company's run of today starts now: it reads the connections, applies payments, works out scores and sends what is due.",
		);
		frappe.warn(
			__("Sync Now"),
			`<p>${text}</p><ul>${names}</ul>`,
			() => this.start(companies),
			__("Start"),
		);
	}

	async start(companies) {
		try {
			const { runs, refused } = await act("start_runs", { companies });
			runs.forEach((run) => this.follow({ ...run, status: "Queued", progress: 0 }));
			refused.forEach(({ company, why }) => this.tell(`${company}: ${why}`, "orange"));
		} catch (error) {
			this.tell(reason_of(error), "red");
		}
	}

	async read(companies) {
		try {
			const { connections } = await act("read_connections", { companies });
			const text = connections.length
				? __("Being read: {0}", [connections.join(", ")])
				: __("No connection is switched on.");
			this.tell(text, connections.length ? "green" : "orange");
		} catch (error) {
			this.tell(reason_of(error), "red");
		}
	}

	tell(message, indicator) {
		frappe.show_alert({ message: escape(message), indicator }, 8);
	}

	// A run that was started here, or that is under way already.
	follow(run) {
		if (this.runs.has(run.run)) return;
		this.runs.set(run.run, run);
		if (run.opens && frappe.realtime.socket)
			frappe.realtime.emit("doc_subscribe", "Collection Run", run.run);
		this.show();
		this.timer = this.timer || setInterval(() => this.ask_all(), ASK_MS);
	}

	async ask_all() {
		for (const name of this.runs.keys()) {
			try {
				const { status, progress, current_step } = await ask_run("progress", {
					run: name,
				});
				this.heard({ run: name, status, progress, step: current_step });
			} catch {
				// asked again in a moment
			}
		}
	}

	heard({ run, status, progress, step }) {
		const known = this.runs.get(run);
		if (!known) return;
		Object.assign(known, { progress, step });
		// a step has states of its own; only these are those of a run
		if (ENDED.includes(status) && !step) this.end(known, status);
		this.show();
	}

	end(run, status) {
		this.runs.delete(run.run);
		if (!this.runs.size) {
			clearInterval(this.timer);
			this.timer = null;
		}
		const colour = { Completed: "green", Failed: "red" }[status] || "orange";
		frappe.show_alert(
			{ message: __("Run of {0}: {1}", [named(run), __(status)]), indicator: colour },
			8,
		);
		this.on_end();
	}

	show() {
		const rows = [...this.runs.values()].map((run) => {
			const { company, progress, step } = run;
			const percent = Math.round(progress || 0);
			const what = step ? __(step) : __("Waits for a worker");
			return `<div class="cockpit-run">
				<span>${named(run)}
					<span class="text-muted">${escape(what)}</span></span>
				<div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${percent}"
					aria-label="${escape(__("Run of {0}", [company]))}">
					<div class="progress-bar" style="width: ${percent}%"></div></div>
			</div>`;
		});
		this.wrapper.html(rows.join(""));
	}
}

// The company, leading to its run for who may open it.
function named({ run, company, opens }) {
	const name = escape(company);
	return opens ? frappe.utils.get_form_link("Collection Run", run, true, name) : name;
}
