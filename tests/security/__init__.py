"""Who may do what, asked of the real processes over HTTP."""
