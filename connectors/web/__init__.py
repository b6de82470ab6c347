"""The web channel: REST and WebSocket endpoints, and the chat widget they serve."""
