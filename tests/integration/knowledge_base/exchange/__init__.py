"""Import and export of the whole content."""
