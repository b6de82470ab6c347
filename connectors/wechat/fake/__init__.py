"""A WeChat for tests and demonstrations: loopback only, and it refuses what WeChat refuses."""
