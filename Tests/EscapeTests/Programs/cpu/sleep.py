"""Does nothing, for too long."""
import time


def main():
    time.sleep(1.5)
    return ["slept on"]
