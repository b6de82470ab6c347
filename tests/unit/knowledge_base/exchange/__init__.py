"""Import and export: real files, whole and broken."""
