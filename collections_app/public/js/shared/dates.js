// Names of days and months in the user's language: the desk keeps moment in English.

function named(day, options) {
	const date = moment(day).toDate();
	try {
		return new Intl.DateTimeFormat(frappe.boot.lang, options).format(date);
	} catch {
		// a language of the site's own, which the browser does not know
		return new Intl.DateTimeFormat("en", options).format(date);
	}
}

export const weekday = (day) => named(day, { weekday: "short" });
export const month = (day) => named(day, { month: "short" });
export const day_and_month = (day) => named(day, { day: "numeric", month: "short" });
