"""The promises under fire: real processes, killed."""
