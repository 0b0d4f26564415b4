// A small line over the period: it shows the way, the figures beside it say how far.
const { escape } = collections_app;
const WIDTH = 120;
const HEIGHT = 34;
const EDGE = 3;

export function sparkline(values, days, label) {
	if (values.length < 2) return `<div class="cockpit-spark" aria-hidden="true"></div>`;
	const low = Math.min(...values);
	const span = Math.max(...values) - low || 1;
	const first = Date.parse(days[0]);
	const length = Date.parse(days[days.length - 1]) - first || 1;
	const points = values.map((value, at) => {
		const x = EDGE + ((Date.parse(days[at]) - first) / length) * (WIDTH - 2 * EDGE);
		const y = HEIGHT - EDGE - ((value - low) / span) * (HEIGHT - 2 * EDGE);
		return [x.toFixed(1), y.toFixed(1)];
	});
	const line = points.map((point) => point.join(",")).join(" ");
	const area = `${EDGE},${HEIGHT} ${line} ${WIDTH - EDGE},${HEIGHT}`;
	return `<svg class="cockpit-spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
			aria-label="${escape(label)}">
		<polygon points="${area}" class="spark-area"></polygon>
		<polyline points="${line}" class="spark-line"></polyline>
	</svg>`;
}
