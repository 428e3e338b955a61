"""Asks for the list of locks of a thread, and for a barrier that other processors wait at."""
from kit import attempts, call

GET_ROBUST_LIST, MEMBARRIER = 274, 324


def main():
    return attempts({"read": lambda: call(GET_ROBUST_LIST, 0, bytes(8), bytes(8)),
                     "barrier": lambda: call(MEMBARRIER, 0, 0, 0)})
