"""The bot room, without Rasa."""
