"""What is counted, on archived conversations built step by step."""
