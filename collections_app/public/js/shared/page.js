// What the app's pages have in common at their head.

// Adds the fields to the page's head. The desk gives a Select there no label a screen reader would find.
export function add_filters(page, fields, change) {
	for (const field of fields) {
		const control = page.add_field({ ...field, change });
		control.$input?.attr("aria-label", field.label);
	}
	// what is styled for all pages: css/pages.scss
	page.main.addClass("collections-page");
}
