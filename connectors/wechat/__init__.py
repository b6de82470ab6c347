"""The WeChat channel: an Official Account's callback in, customer-service messages out."""
