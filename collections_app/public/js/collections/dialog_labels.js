// Dialogs of the app's pages for those who do not see them: the desk draws a label above each field, but nothing that a
// screen reader reads connects the two.
const PAGE = ".collections-page:visible";

function label($dialog) {
	$dialog
		.find(".frappe-control :is(input, select, textarea):not([aria-label], [type=checkbox])")
		.each((_at, one) => {
			const text = $(one).closest(".frappe-control").find(".control-label").first().text();
			if (text.trim()) one.setAttribute("aria-label", text.trim());
		});
	$dialog.find(".grid-row-check:not([aria-label])").attr("aria-label", __("Select"));
	$dialog.find(".btn-modal-close:not([aria-label])").attr("aria-label", __("Close"));
}

$(document).on("shown.bs.modal", ".modal", ({ currentTarget }) => {
	const $dialog = $(currentTarget);
	if (!$(PAGE).length || $dialog.hasClass("collections-dialog")) return;
	// css/pages.scss
	$dialog.addClass("collections-dialog");
	label($dialog);
	// fields that come later
	new MutationObserver(() => label($dialog)).observe(currentTarget, {
		childList: true,
		subtree: true,
	});
});
