"""What the knowledge base could not answer, or answered with text that is no longer right.

Questions come redacted through ports and are kept as they come.
"""
