"""Which bank transaction codes say that a payment came back."""

from __future__ import annotations

import re

# ISO 20022 sub-families of returned, unpaid, reversed and cancelled payments
ISO_RETURNS = frozenset({"RRTN", "UPDD", "PRDD", "RCDD", "RPCR"})
# GVC of German banks: returned direct debits (108 B2B, 109 Core), returned transfers (159)
GERMAN_RETURNS = frozenset({"108", "109", "159"})
PARTS = re.compile(r"[A-Z0-9]+")


def is_return_code(code: str) -> bool:
	"""Whether a bank transaction code (PMNT-RCDT-RRTN, PMNT/RCDT/RRTN) says that a payment came back."""
	return not ISO_RETURNS.isdisjoint(PARTS.findall(code.upper()))


def is_mt940_return(transaction_type: str, german_code: str) -> bool:
	"""The same of a line of MT940: its SWIFT type ("NRTI"), and the code of German banks in field :86: ("109")."""
	return transaction_type.upper().endswith("RTI") or german_code in GERMAN_RETURNS
