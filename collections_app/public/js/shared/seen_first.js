// Panels load in the order they are seen: the server works for those in the window alone, then for those below.

// those below wait no longer than this
const LONGEST_WAIT_MS = 1000;

export class SeenFirst {
	// `panels`: each with its element as `place`, `wait()`, which shows that it is going to load, and `load()`; both are given
	// `options`. A new call ends the waiting of the one before.
	async load(panels, options) {
		const turn = (this.turn = {});
		panels.forEach((panel) => panel.wait(options));
		const seen = panels.filter(is_seen);
		const first = Promise.all(seen.map((panel) => panel.load(options)));
		await Promise.race([first, new Promise((done) => setTimeout(done, LONGEST_WAIT_MS))]);
		if (turn !== this.turn) return;
		panels.filter((panel) => !seen.includes(panel)).forEach((panel) => panel.load(options));
	}

	// What still waits is not loaded any more.
	cancel() {
		this.turn = null;
	}
}

const is_seen = ({ place }) => place.getBoundingClientRect().top < window.innerHeight;
