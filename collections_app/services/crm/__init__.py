"""What the CRM is told: activities as they happen, and once a day what changed about a customer."""
