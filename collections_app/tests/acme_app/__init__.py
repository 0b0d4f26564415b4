"""An app that brings a connector of its own: the example of `docs/connectors.md`, and the proof that it works."""
