"""A delivery: nothing of its own."""

from erpnext.controllers.selling_controller import SellingController


class DeliveryNote(SellingController):
	pass
