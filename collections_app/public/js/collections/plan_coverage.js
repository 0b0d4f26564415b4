// Which customers a plan catches today, as figures that open their list.
frappe.provide("collections_app");

const { escape } = collections_app;
const TITLES = {
	caught: () => __("Customers this plan catches"),
	taken: () => __("Customers it fits, who get another plan"),
	uncovered: () => __("Customers no plan catches"),
};

function figure(kind, label, count, note, { colour = "", opens = true } = {}) {
	const number = count && opens ? `<a href="#" data-kind="${kind}">${count}</a>` : String(count);
	return `<div class="panel-figure" data-figure="${kind}">
		<div class="figure-label">${label}</div>
		<div class="figure-value ${count ? colour : ""}">${number}</div>
		<div class="figure-note">${note}</div>
	</div>`;
}

function draw(found) {
	if (found.error) {
		return `<div class="text-danger">${__("This plan is left out.")} ${escape(found.error)}</div>`;
	}
	const share = found.total ? Math.round((found.customers / found.total) * 100) : 0;
	const notes = [__("{0} % of {1} who owe something", [share, found.total])];
	if (found.overrides) notes.push(__("{0} set by hand", [found.overrides]));
	if (found.drawn) notes.push(__("{0} drawn by an A/B test", [found.drawn]));
	const figures = [
		figure(
			"caught",
			found.enabled ? __("Catches Today") : __("Would Catch if Enabled"),
			found.customers,
			notes.join(", "),
		),
		figure(
			"taken",
			__("Fits, but Another Comes First"),
			found.taken,
			__("by priority or set by hand"),
		),
		figure(
			"uncovered",
			__("Caught by No Plan"),
			found.uncovered,
			__("nothing is sent to them"),
			{
				colour: "text-warning",
			},
		),
	];
	if (found.given) {
		const note = __("drawn by this plan's A/B test");
		figures.splice(
			1,
			0,
			figure("given", __("Given the Other Plan"), found.given, note, { opens: false }),
		);
	}
	return `<div class="panel-figures">${figures.join("")}</div>`;
}

// Draws the figures of the saved plan `name` into `wrapper`.
collections_app.plan_coverage = async function (wrapper, name) {
	const quiet = (text) => wrapper.html(`<p class="text-muted">${text}</p>`);
	if (!name) {
		quiet(__("Save to see how many customers this plan catches."));
		return;
	}
	wrapper.data("plan", name);
	if (!wrapper.find(".panel-figures").length) quiet(__("Counting customers..."));
	const found = await frappe.xcall("collections_app.api.plans.coverage", { plan: name });
	// another plan was opened meanwhile
	if (wrapper.data("plan") !== name) return;
	wrapper.html(`<div class="collections-panel plan-coverage">${draw(found)}</div>`);
	wrapper.off("click.coverage").on("click.coverage", "[data-kind]", (event) => {
		event.preventDefault();
		show_customers(name, event.currentTarget.dataset.kind);
	});
};

async function show_customers(plan, kind) {
	const found = await frappe.xcall("collections_app.api.plans.customers", { plan, kind });
	const companies = new Set(found.rows.map((row) => row.company)).size > 1;
	const rows = found.rows
		.map(
			(row) => `<tr>
				<td>${collections_app.link("Customer", row.customer, row.customer_name || row.customer)}</td>
				${companies ? `<td>${escape(row.company)}</td>` : ""}
				<td class="text-muted">${escape(row.why)}</td>
				<td class="text-right">${collections_app.money(row.overdue, row.currency)}</td>
				<td class="text-right">${collections_app.money(row.outstanding, row.currency)}</td>
			</tr>`,
		)
		.join("");
	const more =
		found.total > found.rows.length
			? `<p class="text-muted small">${__("The {0} most overdue of {1}.", [
					found.rows.length,
					found.total,
				])}</p>`
			: "";
	const dialog = new frappe.ui.Dialog({
		title: `${TITLES[kind]()}: ${found.total}`,
		size: "large",
	});
	dialog.$body.append(`<div class="plan-customers"><table class="table table-bordered small">
		<thead><tr><th>${__("Customer")}</th>${companies ? `<th>${__("Company")}</th>` : ""}
		<th>${__("Why")}</th><th class="text-right">${__("Overdue")}</th>
		<th class="text-right">${__("Outstanding")}</th></tr></thead>
		<tbody>${rows}</tbody></table>${more}</div>`);
	dialog.$body.on("click", "a", () => dialog.hide());
	dialog.show();
}
