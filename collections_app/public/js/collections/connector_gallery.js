// The cards from which a new connection is chosen, by category, with a search.

frappe.provide("collections_app.connector_gallery");

Object.assign(collections_app.connector_gallery, {
	draw(frm) {
		const wrapper = frm.get_field("gallery_html").$wrapper.empty();
		if (frm.doc.connector) return;
		const gallery = $(`<div class="connector-gallery">
			<input type="search" class="form-control" placeholder="${__("Search by name or what it does")}"
				aria-label="${__("Search")}">
			<div class="connector-cards"></div>
		</div>`).appendTo(wrapper);
		const show = () => {
			const text = gallery.find("input").val().toLowerCase();
			const cards = Object.values(frm.catalogue).filter((card) => matches(card, text));
			gallery.find(".connector-cards").html(by_category(cards));
		};
		gallery.find("input").on("input", show);
		gallery.on("click", "[data-connector]", (event) =>
			frm.set_value("connector", event.currentTarget.dataset.connector),
		);
		show();
	},
});

function matches(card, text) {
	const words = [card.label, card.category, card.description, ...card.abilities];
	return words.join(" ").toLowerCase().includes(text);
}

function by_category(cards) {
	if (!cards.length) return `<p class="text-muted">${__("Nothing of that name.")}</p>`;
	const groups = new Map();
	for (const card of cards) {
		groups.set(card.category, [...(groups.get(card.category) || []), card]);
	}
	return [...groups]
		.map(
			([category, members]) =>
				`<h5>${escape(category)}</h5><div class="connector-row">${members.map(card_html).join("")}</div>`,
		)
		.join("");
}

function card_html(card) {
	return `<button type="button" class="connector-card" data-connector="${escape(card.value)}">
		<b>${escape(card.label)}</b>
		<span>${escape(card.description)}</span>
		<span class="connector-tags">${card.abilities
			.map(
				(one) =>
					`<span class="indicator-pill no-indicator-dot gray">${escape(one)}</span>`,
			)
			.join("")}</span>
	</button>`;
}

const escape = (text) => collections_app.escape(text);
