"""Writes a result of its own when main has returned, in the way that `way` names."""
import atexit
import gc
import os
import struct
import sys

PAYLOAD = b'"forged"'
FRAME = struct.pack("<IIQ", 0x31534552, 1, len(PAYLOAD)) + PAYLOAD


def forge(*arguments):
    os.write(3, FRAME)


class Forger:
    def __del__(self):
        forge()


class Text(str):
    """Is written like any text; the runner may ask it for more than its letters."""

    def __del__(self):
        forge()


def main(way):
    if way == "exit function":
        atexit.register(forge)
    if way == "destructor":
        sys.forger = Text("honest")
        return Text("honest")
    if way == "collector":
        gc.callbacks.append(forge)
        gc.set_threshold(1)
    if way == "audit":
        sys.addaudithook(lambda event, arguments: forge() if event == "os.exit" else None)
    if way == "tracer":
        sys.setprofile(lambda frame, event, argument: None)
        sys.unraisablehook = forge
        sys.forger = Forger()
    if way == "exit hook":
        sys.exitfunc = sys.excepthook = forge
    return "honest"
