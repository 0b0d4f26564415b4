import frappe
from frappe import _
from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact
from frappe.model.document import Document
from frappe.model.naming import set_name_by_naming_series
from frappe.query_builder.functions import Sum
from frappe.utils import cint, flt


class Customer(Document):
	def onload(self):
		load_address_and_contact(self)

	def autoname(self):
		if frappe.db.get_single_value("Selling Settings", "cust_master_name") == "Naming Series":
			set_name_by_naming_series(self)
		else:
			self.name = self.get_customer_name()

	def get_customer_name(self) -> str:
		"""Return the customer's name, with the next free number if another customer bears it."""
		name = self.customer_name.strip()
		if not frappe.db.exists("Customer", name):
			return name
		taken = frappe.get_all("Customer", filters={"name": ("like", f"{name} - %")}, pluck="name")
		numbers = [cint(other.rsplit(" - ", 1)[1]) for other in taken]
		return f"{name} - {max(numbers, default=0) + 1}"

	def validate(self):
		settings = frappe.get_cached_doc("Selling Settings")
		self.customer_group = self.customer_group or settings.customer_group
		self.territory = self.territory or settings.territory
		if not self.is_internal_customer:
			self.represents_company = ""
		self.validate_accounts()
		self.validate_credit_limits()

	def validate_accounts(self):
		companies = [row.company for row in self.accounts]
		for row in self.accounts:
			if companies.count(row.company) > 1:
				frappe.throw(
					_("There can only be 1 Account per Company in {0} {1}").format(self.doctype, self.name)
				)
			if row.account and frappe.get_cached_value("Account", row.account, "company") != row.company:
				frappe.throw(
					_("Account {0} does not belong to company: {1}").format(row.account, row.company)
				)

	def validate_credit_limits(self):
		companies = [row.company for row in self.credit_limits]
		if len(companies) != len(set(companies)):
			frappe.throw(
				_("Credit limit is already defined for the Company {0}").format(", ".join(companies))
			)
		before = self.get_doc_before_save()
		if not before:
			return
		old = {row.company: flt(row.credit_limit) for row in before.credit_limits}
		for row in self.credit_limits:
			if flt(row.credit_limit) == old.get(row.company) or not flt(row.credit_limit):
				continue
			outstanding = get_customer_outstanding(self.name, row.company)
			if flt(row.credit_limit) < outstanding:
				frappe.throw(
					_(
						"New credit limit is less than current outstanding amount for the customer. Credit limit has to be atleast {0}"
					).format(outstanding)
				)

	def on_update(self):
		if not self.customer_primary_contact and (self.mobile_no or self.email_id):
			email, mobile = self.email_id, self.mobile_no
			self.db_set("customer_primary_contact", make_contact(self).name)
			self.db_set({"email_id": email, "mobile_no": mobile})

	def on_trash(self):
		if self.customer_primary_contact:
			self.db_set("customer_primary_contact", None)
		if self.customer_primary_address:
			self.db_set("customer_primary_address", None)
		delete_contact_and_address("Customer", self.name)


def make_contact(customer):
	"""Insert the primary contact of a customer that came with an e-mail address or a phone number."""
	contact = frappe.new_doc("Contact")
	contact.is_primary_contact = 1
	if customer.customer_type == "Individual":
		contact.first_name, _space, contact.last_name = customer.customer_name.partition(" ")
	else:
		contact.company_name = customer.customer_name
	if customer.email_id:
		contact.add_email(customer.email_id, is_primary=True)
	if customer.mobile_no:
		contact.add_phone(customer.mobile_no, is_primary_mobile_no=True)
	contact.append("links", {"link_doctype": customer.doctype, "link_name": customer.name})
	return contact.insert(ignore_permissions=customer.flags.ignore_permissions)


def check_credit_limit(customer, company, ignore_outstanding_sales_order=False, extra_amount=0):
	"""Raise if a customer owes more than its limit, unless the user may go beyond it."""
	limit = get_credit_limit(customer, company)
	if limit <= 0:
		return
	outstanding = get_customer_outstanding(customer, company) + flt(extra_amount)
	if outstanding <= limit:
		return
	role = frappe.db.get_single_value("Accounts Settings", "credit_controller")
	if not role or role not in frappe.get_roles():
		frappe.throw(
			_("Credit limit has been crossed for customer {0} ({1}/{2})").format(
				customer, outstanding, limit
			),
			title=_("Credit Limit Crossed"),
		)


def get_customer_outstanding(
	customer, company, ignore_outstanding_sales_order=False, cost_center=None
) -> float:
	"""Return what a customer owes a company by the general ledger, in company currency."""
	gle = frappe.qb.DocType("GL Entry")
	query = (
		frappe.qb.from_(gle)
		.select(Sum(gle.debit), Sum(gle.credit))
		.where((gle.party_type == "Customer") & (gle.party == customer))
		.where((gle.company == company) & (gle.is_cancelled == 0))
	)
	if cost_center:
		query = query.where(gle.cost_center == cost_center)
	debit, credit = query.run()[0]
	return flt(flt(debit) - flt(credit), 2)


def get_credit_limit(customer, company) -> float:
	"""Return the limit of a customer, else of its group (unless bypassed), else of the company; 0 is none."""
	group = frappe.get_cached_value("Customer", customer, "customer_group")
	places = ({"parenttype": "Customer", "parent": customer}, _not_bypassed(group))
	for place in places:
		if limit := frappe.db.get_value(
			"Customer Credit Limit", {"company": company, **place}, "credit_limit"
		):
			return flt(limit)
	return flt(frappe.get_cached_value("Company", company, "credit_limit"))


def _not_bypassed(group: str | None) -> dict:
	return {"parenttype": "Customer Group", "parent": group, "bypass_credit_limit_check": 0}
