// Targets and how far they are reached, with where they should be by now.
const { escape, date, link, money, pill } = collections_app;

export function show_targets(rows, manages) {
	if (!rows.length) return "";
	return `<ul class="list-unstyled team-targets">${rows.map((row) => target(row, manages)).join("")}</ul>`;
}

function target(row, manages) {
	const label = `${row.team ? __("Team {0}", [row.label]) : row.label}`;
	const state = row.behind ? pill(__("Behind"), "orange") : pill(__("On Course"), "green");
	const parts = [];
	if (row.cash_reached !== null) {
		parts.push(
			bar(
				__("{0} of {1} collected", [
					strip_html(money(row.collected, row.currency)),
					strip_html(money(row.cash_to_collect, row.currency)),
				]),
				row.cash_reached,
				row.time_gone,
			),
		);
	}
	if (row.actions_reached !== null) {
		parts.push(
			bar(
				__("{0} of {1} actions done", [row.actions, row.actions_to_do]),
				row.actions_reached,
				row.time_gone,
			),
		);
	}
	const name = manages ? link("Collection Target", row.name, label) : escape(label);
	return `<li class="team-target" data-target="${escape(row.name)}">
		<div class="team-target-head"><b>${name}</b> ${state}</div>
		<div class="text-muted small">${date(row.from_date)} – ${date(row.to_date)}, ${escape(
			row.company,
		)}</div>${parts.join("")}</li>`;
}

// The line stands where one would be if as much were reached as time is gone.
function bar(text, reached, time_gone) {
	const place = time_gone > 0 && time_gone < 100;
	return `<div class="team-target-text small"><span>${escape(text)}</span><b>${reached} %</b></div>
		<div class="team-progress" role="progressbar" aria-valuemin="0" aria-valuemax="100"
			aria-valuenow="${Math.min(reached, 100)}" aria-label="${escape(text)}">
			<span class="${reached < time_gone ? "team-over" : ""}" style="width: ${Math.max(
				0,
				Math.min(reached, 100),
			)}%"></span>
			${
				place
					? `<i style="left: ${time_gone}%" title="${escape(
							__("{0} % of the time is gone", [time_gone]),
						)}"></i>`
					: ""
			}
		</div>`;
}
