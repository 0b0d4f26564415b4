"""An order: nothing of its own."""

from erpnext.controllers.selling_controller import SellingController


class SalesOrder(SellingController):
	pass
