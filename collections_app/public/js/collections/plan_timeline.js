// A dunning plan as a picture: its steps on a line of days, the due date at 0.
frappe.provide("collections_app");

const { escape } = collections_app;
const WIDTH = 900;
const MARGIN = 70;
const AXIS = 74;
const RADIUS = 9;
// labels closer than this would run into each other, so neighbours take turns above and below the line
const ROOM = 160;

collections_app.plan_timeline = function (steps) {
	const placed = steps
		.filter((step) => step.trigger_days !== undefined && step.trigger_days !== null)
		.sort((a, b) => a.trigger_days - b.trigger_days);
	if (!placed.length) return "";
	const days = placed.map((step) => cint(step.trigger_days));
	const first = Math.min(0, ...days);
	const span = Math.max(1, Math.max(0, ...days) - first);
	const at = (day) => MARGIN + ((day - first) / span) * (WIDTH - 2 * MARGIN);
	let last_x = -Infinity;
	let below = false;
	const marks = placed.map((step) => {
		const x = at(cint(step.trigger_days));
		below = x - last_x < ROOM ? !below : false;
		last_x = x;
		return mark(step, x, below);
	});
	return `<div class="plan-timeline"><svg viewBox="0 0 ${WIDTH} 150" role="img" aria-label="${__(
		"Steps of the plan",
	)}">
		<line class="axis" x1="${MARGIN / 2}" x2="${WIDTH - MARGIN / 2}" y1="${AXIS}" y2="${AXIS}"></line>
		<line class="due" x1="${at(0)}" x2="${at(0)}" y1="14" y2="${AXIS}"></line>
		<text class="quiet" x="${at(0)}" y="10" text-anchor="middle">${__("Due Date")}</text>
		${marks.join("")}
	</svg></div>`;
};

function mark(step, x, below) {
	const day = cint(step.trigger_days);
	const when = day === 0 ? "" : `${day > 0 ? "+" : "−"}${Math.abs(day)} ${__("days")}`;
	const name = step.step_name || "";
	const short = name.length > 22 ? `${name.slice(0, 21)}…` : name;
	const [name_y, day_y] = below ? [AXIS + 28, AXIS + 42] : [AXIS - 34, AXIS - 20];
	const ring = step.requires_approval
		? `<circle class="approval" cx="${x}" cy="${AXIS}" r="${RADIUS + 4}"></circle>`
		: "";
	const approval = step.requires_approval ? `, ${__("needs approval")}` : "";
	const channel = escape(step.channel || "Email");
	return `<g><title>${escape(name)}: ${when || __("on the due date")}, ${__(channel)}${approval}</title>
		${ring}<circle class="step-${channel}" cx="${x}" cy="${AXIS}" r="${RADIUS}"></circle>
		<text x="${x}" y="${name_y}" text-anchor="middle">${escape(short)}</text>
		<text class="quiet" x="${x}" y="${day_y}" text-anchor="middle">${when}</text></g>`;
}
