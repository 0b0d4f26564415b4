// One key for each action; the desk's own help (Shift+/) lists them. The desk keeps them off fields and other pages.
import { ACTIONS } from "./actions.js";

export function listen(view) {
	const { page } = view;
	for (const { name, key, label } of ACTIONS.filter((one) => one.key)) {
		frappe.ui.keys.add_shortcut({
			shortcut: key,
			description: label(),
			page,
			condition: () =>
				view.data && view.actions.may(name) && !document.querySelector(".modal.show"),
			action: () => {
				view.actions.run(name);
			},
		});
	}
	frappe.ui.keys.add_shortcut({
		shortcut: "/",
		description: __("Choose another customer"),
		page,
		condition: () => !document.querySelector(".modal.show"),
		action: () => {
			page.fields_dict.customer.$input.trigger("focus");
		},
	});
}
