"""The figures of the Collections Cockpit: each panel asks for its own, within what the signed-in user may see."""
