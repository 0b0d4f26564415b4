// How a Collection Run is shown: its steps, a bar while it works, and its messages with the documents they are about.
frappe.provide("collections_app");

const { escape, status_pill, pill, link } = collections_app;
const SEVERITY = { Error: "red", Warning: "orange", Info: "blue" };
const ORDER = ["Error", "Warning", "Info"];

// After a run was put on the queue: the run itself, for who may open it.
collections_app.show_run = function ({ run, opens }, company) {
	if (opens) return frappe.set_route("Form", "Collection Run", run);
	frappe.show_alert({
		message: __("The run of {0} waits for a worker.", [escape(company)]),
		indicator: "green",
	});
};

collections_app.run_steps_html = function (run) {
	const waiting = run.status === "Queued";
	const working = waiting || run.status === "Running";
	// a run that waits to be repeated still holds the progress and the results of the last time
	const progress = waiting ? 0 : run.progress || 0;
	const bar = working
		? `<div class="run-bar" role="progressbar" aria-valuenow="${progress}">
			<div style="width: ${progress}%"></div></div>`
		: "";
	const queued = waiting
		? `<p class="text-muted">${__("Waits for a free worker of the long queue.")}</p>`
		: "";
	const shown = (run.steps || []).map((step) =>
		waiting ? { step: step.step, status: "Waiting", summary: "" } : step,
	);
	const steps = shown.map((step) => {
		const seconds =
			step.status !== "Waiting" && step.seconds
				? `<span class="step-time">${format_number(step.seconds, null, 1)} s</span>`
				: "";
		return `<div class="run-step ${step.status === "Running" ? "running" : ""}">
			<div class="step-head"><span>${__(step.step)}</span>${status_pill(step.status)}</div>
			<div class="step-text">${seconds}${escape(step.summary)}</div>
		</div>`;
	});
	return `${bar}${queued}<div class="run-steps">${steps.join("")}</div>`;
};

collections_app.run_messages_html = function (messages) {
	if (!messages || !messages.length) return "";
	const rows = [...messages]
		.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
		.map((one) => {
			const about =
				one.reference_doctype && one.reference_name
					? `<span class="text-nowrap">${__(one.reference_doctype)} ${link(
							one.reference_doctype,
							one.reference_name,
						)}</span>`
					: "";
			return `<tr>
				<td>${pill(__(one.severity), SEVERITY[one.severity])}</td>
				<td class="text-muted text-nowrap">${__(one.step || "")}</td>
				<td>${escape(one.message)}</td>
				<td>${about}</td>
			</tr>`;
		});
	return `<div class="mt-4"><b>${__("Messages")}</b>
		<table class="table table-sm mt-2 run-messages"><tbody>${rows.join("")}</tbody></table></div>`;
};
