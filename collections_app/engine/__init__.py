"""The rules of collections: pure functions over frames and dataclasses. No frappe, no clock, no I/O."""
