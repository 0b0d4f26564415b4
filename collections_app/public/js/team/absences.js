// Who is away, until when, and who works the cases.
const { escape, date, link, pill } = collections_app;

export function show_absences(rows) {
	if (!rows.length) return "";
	return `<ul class="list-unstyled team-absences">${rows.map(absence).join("")}</ul>`;
}

function absence(row) {
	const name = escape(row.collector_name || row.collector);
	const running = row.status === "Running";
	const end =
		row.opens && running
			? `<button class="btn btn-xs btn-default" data-end="${escape(row.name)}">${__("Is Back")}</button>`
			: "";
	return `<li data-absence="${escape(row.name)}"><div class="team-target-head">
			<span><b>${row.opens ? link("Collector Absence", row.name, row.collector_name || row.collector) : name}</b>
			${pill(running ? __("Away") : __("To Come"), running ? "yellow" : "blue")}</span>${end}</div>
		<div class="text-muted small">${date(row.from_date)} – ${date(row.to_date)}, ${__(
			"cases go to {0}",
			[escape(row.to)],
		)}</div>
		${row.not_given ? `<div class="text-danger small">${escape(row.not_given)}</div>` : ""}</li>`;
}
