"""Rasa's stock Chinese pipeline on our data, to compare with; nothing that serves imports it."""
