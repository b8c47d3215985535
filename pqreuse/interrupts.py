"""Ctrl-C and SIGTERM as exceptions, at any moment: temporary files go, and the terminal's cursor comes back."""

from __future__ import annotations

import signal
import sys
import threading
import time
from _thread import interrupt_main, start_new_thread
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

# Python's own modules that hold locks which they would not let go of: an interrupt waits until they are left.
_LOCKING = frozenset(("threading", "concurrent.futures.thread", "concurrent.futures._base", "queue", "weakref"))
_SOON = 0.005


class Terminated(BaseException):
    """SIGTERM arrived. Not an Exception: nobody may take it for a failure and go on."""


class _Interrupts:
    """What is raised for a signal, and when: at once, or a little later where it would be lost or do harm."""

    def __init__(self) -> None:
        self._raised = {signal.SIGINT: KeyboardInterrupt, signal.SIGTERM: Terminated}
        self._waiting: set[signal.Signals] = set()
        self._hook = sys.unraisablehook

    def arrive(self, signum: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        number = signal.Signals(signum)
        if frame is not None and frame.f_globals.get("__name__") in _LOCKING:
            self._wait(number)
            return
        self._waiting.discard(number)
        # A second one, while this one is being tidied up after, ends the process at once.
        if number == signal.SIGTERM:
            signal.signal(number, signal.SIG_DFL)
        raise self._raised[number]

    def drop(self, dropped: Any) -> None:
        """Take what Python cannot raise: that which was raised while something was tidied away comes again."""
        number = next((one for one, kind in self._raised.items() if dropped.exc_type is kind), None)
        if number is None:
            self._hook(dropped)
            return
        signal.signal(number, self.arrive)
        self._wait(number)

    def stop(self) -> None:
        """Handle no more of them; raise one that still waits."""
        waiting, self._waiting = sorted(self._waiting), set()
        if waiting:
            raise self._raised[waiting[-1]]

    def _wait(self, number: signal.Signals) -> None:
        def come_again() -> None:
            time.sleep(_SOON)
            if number in self._waiting:
                interrupt_main(number)

        self._waiting.add(number)
        start_new_thread(come_again, ())


@contextmanager
def interrupts_raise() -> Iterator[None]:
    """Raise KeyboardInterrupt for Ctrl-C and `Terminated` for SIGTERM in this block, and let neither be lost.

    What goes wrong on the way out of an interrupt is no failure of its own: the interrupt is raised.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupts, hook = _Interrupts(), sys.unraisablehook
    before = {number: signal.signal(number, interrupts.arrive) for number in (signal.SIGINT, signal.SIGTERM)}
    sys.unraisablehook = interrupts.drop
    try:
        yield
        interrupts.stop()
    except Exception as error:
        interrupt = _interrupt_before(error)
        if interrupt is None:
            raise
        raise interrupt from None
    finally:
        with suppress(KeyboardInterrupt, Terminated):
            interrupts.stop()
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt_before(error: BaseException) -> BaseException | None:
    """The interrupt that the error came after, if any."""
    one: BaseException | None = error
    while one is not None and not isinstance(one, KeyboardInterrupt | Terminated):
        one = one.__context__
    return one
