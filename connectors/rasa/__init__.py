"""The protocols of Rasa's own channels, so that existing Rasa clients connect unchanged."""
