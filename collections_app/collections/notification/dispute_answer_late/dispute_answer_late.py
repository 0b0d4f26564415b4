import frappe
from frappe import _
from frappe.utils import escape_html, formatdate

from collections_app.services.language import site_language
from collections_app.services.letters import speaking


def get_context(context):
	"""The subject and the text of the reminder, in the language of who has to answer."""
	dispute = context["doc"]
	customer = dispute.customer_name or dispute.customer
	with speaking(frappe.get_cached_value("User", dispute.responsible, "language") or site_language()):
		return {
			"reminder_subject": _("Answer overdue: {0}, {1}").format(customer, dispute.sales_invoice),
			"reminder_text": _("The answer about {0} ({1}) of {2} was due on {3}.").format(
				dispute.sales_invoice,
				escape_html(_(dispute.reason)),
				escape_html(customer),
				formatdate(dispute.answer_due_on),
			),
			"reminder_effect": _("The invoice is not chased while the dispute is open."),
		}
