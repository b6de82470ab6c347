"""One suite for every maker of a port of the handoff room."""
