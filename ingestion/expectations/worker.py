"""The process in which Great Expectations lives: importing it takes seconds, of another core.

What belongs here: starting the process, asking it, and its end. What it is asked is in `judge`.
`python -m ingestion.expectations.worker FD` is that process; FD is its end of a socket.
"""

import atexit
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from ingestion.reasons import LandingError

_ROOT: Final = Path(__file__).resolve().parents[2]
_END_S: Final = 10


class Worker:
    """Answers calls of the functions of `judge`, one after another.

    The process ends with this one, however that ends, because it then reads the end of its socket.
    It is not one of `multiprocessing`'s: those run the main module of their parent again.
    """

    def __init__(self) -> None:
        self._socket, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                env=os.environ
                | {
                    "GX_ANALYTICS_ENABLED": "false",
                    "PYTHONPATH": os.pathsep.join((str(_ROOT), os.environ.get("PYTHONPATH", ""))),
                },
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        atexit.register(self.close)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process can be asked."""
        return self._process.poll() is None

    def ask(self, name: str, *arguments: Any) -> Any:
        """Return what the function `name` of `judge` returns.

        Raises:
            LandingError: the process died, as it does when the machine has no memory left.
        """
        with self.asking(name, *arguments) as answers:
            pass
        return answers[0]

    @contextmanager
    def asking(self, name: str, *arguments: Any) -> Iterator[list[Any]]:
        """Have `judge` work beside the body of the `with`; its answer is in the list afterwards.

        Raises:
            LandingError: as `ask`.
        """
        answers: list[Any] = []
        self._send((name, arguments))
        try:
            yield answers
        finally:  # an answer left in the socket would be taken for the next call's
            answers.append(self._receive())

    def close(self) -> None:
        """End the process once it has answered."""
        atexit.unregister(self.close)
        self._socket.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _send(self, call: tuple[str, tuple[Any, ...]]) -> None:
        try:
            self._socket.send(call)
        except OSError as error:
            raise self._died() from error

    def _receive(self) -> Any:
        try:
            is_error, found = self._socket.recv()
        except (EOFError, OSError) as error:
            raise self._died() from error
        if is_error:
            raise found
        return found

    def _died(self) -> LandingError:
        self._process.kill()
        self.close()
        return LandingError(
            "the process that judges expectations ended before it answered; what was landed "
            "before stays. Free memory, then land again."
        )


_shared: list[Worker] = []


def shared_worker() -> Worker:
    """Return this process's worker, started at first use and kept: its imports serve all."""
    if not _shared or not _shared[0].is_alive:
        _shared[:] = [Worker()]
    return _shared[0]


def serve(socket: Connection) -> None:
    """Answer calls until the other end of `socket` closes."""
    gc.disable()  # what the imports make lives on, and a landing's own is little
    from ingestion.expectations import judge  # noqa: PLC0415 - the import is this process's reason

    gc.freeze()
    gc.enable()

    with suppress(EOFError, OSError):
        while True:
            name, arguments = socket.recv()
            try:
                answer = (False, getattr(judge, name)(*arguments))
            except Exception as error:
                answer = (True, error)
            socket.send(answer)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
    os._exit(0)  # whoever asked waits for the end, and taking the imports apart takes a second
