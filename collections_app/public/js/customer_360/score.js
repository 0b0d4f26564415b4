// The last score: gauge, how sure it is, what made it, what would change it, its course.
import { empty } from "../shared/states.js";
import { ask } from "./server.js";

const { date, link } = collections_app;
const FACTORS = 6;

export class Score {
	constructor(panel) {
		this.panel = panel;
	}

	async read(subject) {
		const [score, history] = await Promise.all([
			ask("score", subject),
			frappe.xcall("collections_app.api.scoring.history", subject),
		]);
		return { score, history };
	}

	clear() {
		collections_app.end_charts(this.panel.body);
	}

	draw({ score, history }, $body) {
		this.clear();
		if (!score) {
			$body.html(empty(__("Not scored yet"), __("Scores come with the daily run.")));
			return;
		}
		const { view } = this.panel;
		const now = view.actions.may("score_now")
			? `<button class="btn btn-default btn-xs" data-act="score_now">${__("Score Now")}</button>`
			: "";
		$body.html(`<div class="c360-score">
			${collections_app.risk_gauge(score)}
			<div class="risk-note">${collections_app.risk_sureness(score)}</div>
			<div class="text-muted small mb-2">${link("Risk Score", score.name, __("as of {0}", [date(score.as_of)]))} ${now}</div>
			${collections_app.risk_factors(score.factors.slice(0, FACTORS))}
			<h4>${__("What Would Change It")}</h4>${collections_app.risk_changes(score.changes)}
			<h4>${__("Its Course")}</h4><div class="risk-course" data-chart="course"></div>
		</div>`);
		collections_app.risk_history($body.find(".risk-course")[0], history);
	}
}
