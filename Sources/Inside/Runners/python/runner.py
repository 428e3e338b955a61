"""The Python runner."""
