"""Leaves settings of the interpreter: limits, tracing, switch interval, locale, decimals."""
import decimal
import sys


def main():
    found = []
    if sys.getrecursionlimit() == 4321:
        found.append("recursion")
    if sys.getswitchinterval() > 0.9:
        found.append("switching")
    if decimal.getcontext().prec == 5:
        found.append("decimals")
    sys.setrecursionlimit(4321)
    sys.setswitchinterval(1)
    decimal.getcontext().prec = 5
    return found
