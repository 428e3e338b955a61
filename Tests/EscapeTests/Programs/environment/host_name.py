"""Learns the name of the host."""
import platform

EVERYBODYS = "sluice"


def main():
    return [platform.node()] if platform.node() != EVERYBODYS else []
