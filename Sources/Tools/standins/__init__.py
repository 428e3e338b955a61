"""Strict stand-in servers for GitLab and for a language-model server, for tests and the demo."""
