"""The threads that own the study file: requests go in through queues, answers come back as messages.

One thread has the connection that writes, and does what the user decides, in order. A second one, with a connection
for reading only, does what may take long (search, lists, plots), so that a decision never waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual.message import Message

from suggest.errors import SecondCoderError
from suggest.study.study import Study
from tui.terminal.messages import Answered, NotOpened, Opened

if TYPE_CHECKING:
    from tui.review.bench import Bench

T = TypeVar("T")
Owned = TypeVar("Owned")
Post = Callable[[Message], object]
SLOW_AFTER = 1.5
"""Seconds after which whoever waits for something to be stored is told that it takes long."""
SLOW = "Not stored yet: the file is slow, or another program writes to it. This goes on trying for a while."


@dataclass
class Waiting:
    """How a request stands: whether it is over, and whether its user was told that it takes long."""

    over: bool = False
    told: bool = False


class Ticket:
    """A request that was made. One that was dropped is not begun any more, and its answer is not delivered."""

    def __init__(self) -> None:
        self.dropped = False

    def drop(self) -> None:
        """Want no answer any more."""
        self.dropped = True


class Session:
    """The study, open in threads of its own. `post` must be safe to call from any thread, as `App.post_message` is.

    `make` opens the study for writing, `open_for_reading` for reading only, each in the thread that will use it.
    """

    def __init__(self, make: Callable[[], Bench], post: Post, open_for_reading: Callable[[], Study]) -> None:
        self._post = post
        self._idle = Condition()
        self._open = 0
        self._desk = _Thread("study", make, self)
        self._shelf = _Thread("reading", open_for_reading, self)

    def start(self) -> None:
        """Open the study; `Opened` follows, or `NotOpened`."""
        self._desk.put(lambda bench: bench.start(), lambda start: self._post(Opened(start)), self._unopened, here=True)

    def ask(self, job: Callable[[Bench], T], then: Callable[[T], object], failed: Callable[[str], object]) -> Ticket:
        """Have a job done after those before it by the thread that writes. `then` hears what it gave, once all of it
        is on disk; `failed` a sentence for the user where it could not be done and nothing was stored."""
        return self._desk.put(job, then, failed)

    def look(self, job: Callable[[Study], T], then: Callable[[T], object], failed: Callable[[str], object]) -> Ticket:
        """The same in the thread that only reads."""
        return self._shelf.put(job, then, failed)

    def wait(self) -> None:
        """Return when every request has been answered."""
        with self._idle:
            self._idle.wait_for(lambda: self._open == 0)

    def close(self) -> None:
        """Finish what was asked and close the study. Returns when that is done."""
        self._shelf.close()
        self._desk.close()

    def _unopened(self, sentence: str) -> None:
        self._post(NotOpened(sentence))

    def taken(self) -> None:
        """A request was made."""
        with self._idle:
            self._open += 1

    def answered(self, message: Message | None) -> None:
        """A request was done with; the message is its answer."""
        if message is not None:
            self._post(message)
        with self._idle:
            self._open -= 1
            self._idle.notify_all()


class _Thread(Generic[Owned]):
    """One thread with what it owns, begun when something is first asked of it."""

    def __init__(self, name: str, make: Callable[[], Owned], session: Session) -> None:
        self._make, self._session = make, session
        self._jobs: SimpleQueue[Callable[[Owned], Message | None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=False)
        self._error: Exception | None = None

    def put(
        self,
        job: Callable[[Owned], T],
        then: Callable[[T], object],
        failed: Callable[[str], object],
        *,
        here: bool = False,
    ) -> Ticket:
        """Have a job done. With `here` the answer is handed over in this thread, not in the application's."""
        ticket = Ticket()

        def do(owned: Owned) -> Message | None:
            if ticket.dropped:
                return None
            deliver: Callable[[], object]
            try:
                if self._error is not None:
                    raise self._error
                given = job(owned)
            except Exception as error:
                sentence = _sentence(error)
                deliver = lambda: None if ticket.dropped else failed(sentence)  # noqa: E731
            else:
                deliver = lambda: None if ticket.dropped else then(given)  # noqa: E731
            if here:
                deliver()
                return None
            return Answered(deliver)

        self._session.taken()
        self._jobs.put(do)
        if not self._thread.is_alive():
            self._thread.start()
        return ticket

    def close(self) -> None:
        self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        owned: Any = None
        try:
            owned = self._make()
        except Exception as error:
            self._error = error
        try:
            while (do := self._jobs.get()) is not None:
                self._session.answered(do(owned))
        finally:
            if owned is not None:
                owned.close()


def _sentence(error: Exception) -> str:
    if isinstance(error, SecondCoderError):
        return str(error)
    # Not the error's own words: they may be a participant's.
    return f"{type(error).__name__}: this is a fault in Second Coder, please report it."
