"""An account that e-mails could leave by: run connected to a site of browser tests."""

import frappe

from collections_app.tests.world import make_email_account

make_email_account()
frappe.db.commit()
