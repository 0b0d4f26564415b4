// What changed since yesterday, in sentences.
import { empty } from "../shared/states.js";
import { unbroken } from "../shared/unbroken.js";
import { link } from "./go.js";
import { day } from "./text.js";

const TONES = {
	good: { icon: "✓", label: __("Good news") },
	bad: { icon: "!", label: __("Needs a look") },
	neutral: { icon: "•", label: "" },
};

const yesterday = () => frappe.datetime.add_days(frappe.datetime.now_date(), -1);
// after a weekend without a run it is some day before
const title_of = (since) =>
	since && since !== yesterday() ? __("Since {0}", [day(since)]) : __("Since Yesterday");

export const news = {
	name: "news",
	title: __("Since Yesterday"),
	kinds: ["payment", "promise", "dispute", "message", "score", "case", "run", "cash"],
	lines: 8,
	show({ since, items }, panel) {
		panel.section.find("h2").text(title_of(since));
		if (!since) {
			return empty(
				__("Nothing to compare with yet."),
				__(
					"From the second day on, this says what moved since the run of the day before.",
				),
			);
		}
		const rows = items.map((item) => {
			const { icon, label } = TONES[item.tone];
			const mark = label
				? `<span class="news-mark" role="img" aria-label="${label}">${icon}</span>`
				: `<span class="news-mark" aria-hidden="true">${icon}</span>`;
			return `<li class="news-${item.tone}">${mark}${link(item, unbroken(item.text))}</li>`;
		});
		return `<ul class="cockpit-news-list">${rows.join("")}</ul>`;
	},
};
