// A customer's exposure against its credit limit and its cover, as one bar.
frappe.provide("collections_app");

const { escape, pill, money } = collections_app;
const PARTS = [
	["overdue", () => __("Overdue")],
	["not_due", () => __("Not Due")],
	["not_invoiced", () => __("Ordered, Not Invoiced")],
];

// `standing`: see `standing_of` of services/credit/standing.py
collections_app.exposure_bar = function (standing) {
	const { exposure, credit_limit, cover, currency } = standing;
	const most = Math.max(exposure, credit_limit || 0, cover || 0);
	if (!most) {
		return `<div class="text-muted">${__("Owes nothing, has ordered nothing, and has neither limit nor cover.")}</div>`;
	}
	const share = (amount) => (100 * amount) / most;
	const parts = PARTS.filter(([field]) => standing[field] > 0).map(
		([field, label]) =>
			`<div class="exposure-part exposure-${field}" style="width: ${share(standing[field])}%"
				title="${escape(label())}: ${plain(standing[field], currency)}"></div>`,
	);
	const mark = (kind, label, amount) =>
		amount
			? `<div class="exposure-mark exposure-${kind}" style="left: ${share(amount)}%">
				<span class="${share(amount) > 50 ? "before" : ""}">${label} ${money(amount, currency)}</span></div>`
			: "";
	const legend = PARTS.filter(([field]) => standing[field] > 0).map(
		([
			field,
			label,
		]) => `<div class="ageing-legend"><span class="ageing-dot exposure-${field}"></span>
			<span class="text-muted">${label()}</span><span>${money(standing[field], currency)}</span></div>`,
	);
	return `<div class="exposure">
		<div class="exposure-total">${money(exposure, currency)} ${verdicts(standing)}</div>
		<div class="exposure-track" role="img" aria-label="${escape(spoken(standing))}">
			<div class="exposure-parts">${parts.join("")}</div>
			${mark("limit", __("Limit"), credit_limit)}${mark("cover", __("Cover"), cover)}
		</div>
		<div class="ageing-legends">${legend.join("")}</div>
	</div>`;
};

const plain = (amount, currency) => escape(strip_html(money(amount, currency)));

function spoken({ exposure, credit_limit, cover, currency }) {
	return strip_html(
		__("Exposure {0}, credit limit {1}, cover {2}", [
			money(exposure, currency),
			credit_limit ? money(credit_limit, currency) : __("none"),
			cover ? money(cover, currency) : __("none"),
		]),
	);
}

function verdicts({ exposure, credit_limit, over_limit, cover, uninsured, currency }) {
	const told = [];
	if (!credit_limit) told.push(pill(__("No credit limit"), "gray"));
	else if (over_limit > 0) {
		const percent = format_number((100 * over_limit) / credit_limit, null, 0);
		told.push(pill(__("Over the limit by {0} %", [percent]), "red"));
	} else {
		const percent = format_number((100 * exposure) / credit_limit, null, 0);
		told.push(
			pill(__("{0} % of the limit used", [percent]), percent > 80 ? "orange" : "green"),
		);
	}
	if (cover === null) told.push(pill(__("Not insured"), "gray"));
	else if (uninsured > 0.005) {
		const text = __("{0} not insured", [strip_html(money(uninsured, currency))]);
		told.push(pill(text, exposure > cover ? "red" : "orange"));
	} else told.push(pill(__("Insured in full"), "green"));
	return told.join(" ");
}
