"""Changes how the processor and the kernel run it."""
from kit import attempts, call

PERSONALITY, MODIFY_LDT, ARCH_PRCTL, ARCH_GET_FS = 135, 154, 158, 0x1003


def main():
    return attempts({"personality": lambda: call(PERSONALITY, 0xFFFFFFFF),
                     "segments": lambda: call(MODIFY_LDT, 0, bytes(64), 64),
                     "registers": lambda: call(ARCH_PRCTL, ARCH_GET_FS, bytes(8))})
