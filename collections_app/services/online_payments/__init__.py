"""Payments through payment providers: links in letters, what was paid through them, the payouts that bring the money."""
