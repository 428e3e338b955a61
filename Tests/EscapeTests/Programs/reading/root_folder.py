"""Lists the root folder."""
import os

from kit import attempt


def main():
    return attempt("/", os.listdir, "/")
