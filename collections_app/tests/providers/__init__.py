"""Outside services, played on 127.0.0.1, for tests that run on a bench, too."""
