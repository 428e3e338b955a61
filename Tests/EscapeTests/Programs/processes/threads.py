"""Starts a thread."""
import threading

from kit import attempt


def main():
    def start():
        thread = threading.Thread(target=lambda: None)
        thread.start()
        thread.join()

    return attempt("thread", start)
