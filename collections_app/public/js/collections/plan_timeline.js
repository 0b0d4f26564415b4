// A dunning plan as a picture: its steps on a line of days, the due date at 0. The sign says the channel, its colour the
// tone; a ring asks for approval, a bar under the sign stops deliveries.
frappe.provide("collections_app");

const { escape } = collections_app;
const MARGIN = 80;
const AXIS = 92;
const HEIGHT = 184;
const RADIUS = 15;
// signs closer than this would cover each other
const GAP = 84;
// labels closer than this would run into each other, so neighbours take turns above and below the line
const ROOM = 150;
const LABEL = 24;

// drawn in 24 by 24, in lines
const SIGNS = {
	Email: "M4 6h16v12H4z M4 7l8 6 8-6",
	Letter: "M7 3h7l4 4v14H7z M14 3v4h4 M10 12h5 M10 16h5",
	SMS: "M4 5h16v11H11l-4 4v-4H4z M8 10.5h.01 M12 10.5h.01 M16 10.5h.01",
	WhatsApp:
		"M12 4a8 8 0 0 0-7 12l-1 4 4-1a8 8 0 1 0 4-15z M9 9c0 4 2 6 6 6 M9 9l1.5 1.5 M15 15l-1.5-1.5",
	"Registered E-Mail": "M4 6h16v12H4z M4 7l8 6 8-6 M14.5 15.5l1.5 1.5 3-3",
	Call: "M6 4h3l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v3a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z",
	Task: "M5 5h14v14H5z M8.5 12l2.5 2.5 5-5",
	"Hand Over": "M4 8h16v11H4z M9 8V5h6v3 M9 13.5h6 M13 11.5l2 2-2 2",
	"Insurer Notice": "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z M9 12l2 2 4-4",
};

collections_app.plan_timeline = function (steps) {
	const placed = steps
		.filter((step) => step.trigger_days !== undefined && step.trigger_days !== null)
		.sort((a, b) => a.trigger_days - b.trigger_days);
	if (!placed.length) return "";
	const days = placed.map((step) => cint(step.trigger_days));
	const first = Math.min(0, ...days);
	const span = Math.max(1, Math.max(0, ...days) - first);
	const width = Math.max(900, 2 * MARGIN + GAP * placed.length);
	const at = (day) => MARGIN + ((day - first) / span) * (width - 2 * MARGIN);
	const places = spread(days.map(at), width - MARGIN);
	let last_x = -Infinity;
	let below = true;
	const marks = placed.map((step, index) => {
		const x = places[index];
		below = x - last_x < ROOM ? !below : false;
		last_x = x;
		return mark(step, x, below);
	});
	const due = due_place(days, places, at(0));
	return `<div class="plan-timeline"><svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${__(
		"Steps of the plan",
	)}" style="min-width: ${Math.min(width, 2400) * 0.75}px">
		<line class="axis" x1="${MARGIN / 2}" x2="${width - MARGIN / 2}" y1="${AXIS}" y2="${AXIS}"></line>
		<line class="due" x1="${due}" x2="${due}" y1="18" y2="${AXIS + 10}"></line>
		<text class="quiet" x="${due}" y="12" text-anchor="middle">${__("Due Date")}</text>
		${marks.join("")}
	</svg>${legend(placed)}</div>`;
};

// Moves neighbours apart, none beyond `end`.
function spread(places, end) {
	const moved = [];
	for (const place of places) {
		moved.push(moved.length ? Math.max(place, moved[moved.length - 1] + GAP) : place);
	}
	for (let index = moved.length - 1, limit = end; index >= 0; index--, limit -= GAP) {
		moved[index] = Math.min(moved[index], limit);
	}
	return moved;
}

// The due date stays between the steps before and after it, though these were moved.
function due_place(days, places, place) {
	const on = days.indexOf(0);
	if (on >= 0) return places[on];
	const after = days.findIndex((day) => day > 0);
	if (after < 0) return Math.max(place, places[places.length - 1] + RADIUS * 2);
	const right = places[after] - RADIUS * 2;
	return after
		? Math.max(places[after - 1] + RADIUS * 2, Math.min(place, right))
		: Math.min(place, right);
}

function when(step) {
	const day = cint(step.trigger_days);
	if (!day) return __("due date");
	const number = `${day > 0 ? "+" : "−"}${Math.abs(day)}`;
	if (step.day_type === "Business Days") {
		return Math.abs(day) === 1
			? __("{0} business day", [number])
			: __("{0} business days", [number]);
	}
	return Math.abs(day) === 1 ? __("{0} day", [number]) : __("{0} days", [number]);
}

function mark(step, x, below) {
	const name = step.step_name || "";
	const short = name.length > LABEL ? `${name.slice(0, LABEL - 1)}…` : name;
	const [name_y, day_y] = below ? [AXIS + 40, AXIS + 55] : [AXIS - 40, AXIS - 25];
	const channel = SIGNS[step.channel] ? step.channel : "Email";
	const ring = step.requires_approval
		? `<circle class="approval" cx="${x}" cy="${AXIS}" r="${RADIUS + 4}"></circle>`
		: "";
	const stop = step.stop_delivery
		? `<rect class="stop" x="${x - RADIUS}" y="${AXIS + RADIUS + 4}" width="${2 * RADIUS}" height="5" rx="2"></rect>`
		: "";
	return `<g class="tone-${(step.tone || "none").toLowerCase()}"><title>${escape(told(step, channel))}</title>
		${ring}<circle class="sign" cx="${x}" cy="${AXIS}" r="${RADIUS}"></circle>
		${sign(channel, x - 9, AXIS - 9)}${stop}
		<text x="${x}" y="${name_y}" text-anchor="middle">${escape(short)}</text>
		<text class="quiet" x="${x}" y="${day_y}" text-anchor="middle">${escape(when(step))}</text></g>`;
}

function sign(channel, x, y) {
	return `<svg class="channel" x="${x}" y="${y}" width="18" height="18" viewBox="0 0 24 24"><path d="${SIGNS[channel]}"></path></svg>`;
}

// All that is known of a step, for the one who points at it.
function told(step, channel) {
	const facts = [`${step.step_name || ""}: ${when(step)}`, __(channel)];
	if (step.tone) facts.push(__(step.tone));
	if (step.letter) facts.push(step.letter);
	if (step.hand_over_to) facts.push(__("to {0}", [__(step.hand_over_to)]));
	if (flt(step.minimum_amount)) facts.push(__("from {0}", [format_number(step.minimum_amount)]));
	if (cint(step.requires_approval)) facts.push(__("needs approval"));
	if (cint(step.stop_delivery)) facts.push(__("stops deliveries"));
	if (cint(step.charge_interest)) facts.push(__("late interest"));
	if (cint(step.charge_indemnity)) facts.push(__("indemnity"));
	if (flt(step.fee)) facts.push(__("fee {0}", [format_number(step.fee)]));
	return facts.join(", ");
}

// Only what the picture shows.
function legend(steps) {
	const channels = [
		...new Set(steps.map((step) => (SIGNS[step.channel] ? step.channel : "Email"))),
	];
	const tones = [...new Set(steps.map((step) => step.tone).filter(Boolean))];
	const parts = channels.map(
		(channel) =>
			`<span class="legend-part"><svg width="16" height="16">${sign(channel, 0, 0)}</svg>${__(channel)}</span>`,
	);
	for (const tone of tones) {
		parts.push(
			`<span class="legend-part tone-${tone.toLowerCase()}"><i class="legend-dot"></i>${__(tone)}</span>`,
		);
	}
	if (steps.some((step) => cint(step.requires_approval))) {
		parts.push(
			`<span class="legend-part"><i class="legend-ring"></i>${__("Needs approval")}</span>`,
		);
	}
	if (steps.some((step) => cint(step.stop_delivery))) {
		parts.push(
			`<span class="legend-part"><i class="legend-stop"></i>${__("Stops deliveries")}</span>`,
		);
	}
	return `<div class="timeline-legend">${parts.join("")}</div>`;
}
