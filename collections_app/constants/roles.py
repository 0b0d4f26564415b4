"""Roles of the app: made at install, removed at uninstall, checked by permissions."""

CREDIT_MANAGER = "Credit Manager"
COLLECTOR = "Collector"
AUDITOR = "Collections Auditor"

APP_ROLES = (CREDIT_MANAGER, COLLECTOR, AUDITOR)
# who decides where collectors only work
MANAGERS = frozenset({CREDIT_MANAGER, "System Manager"})
