"""The knowledge base: what the bot may say, how it is found, and how content staff keep it."""
