"""The language room with its real encoder."""
