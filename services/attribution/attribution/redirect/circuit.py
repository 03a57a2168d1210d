"""Whether clicks go to the broker or straight to the spool. Pure: time is passed in, in monotonic seconds."""


class Circuit:
    """Closed while the broker answers in time. One failure opens it; so many probes' acks in a row close it again.

    While it is open nobody waits for the broker; `next_probe` says when it may be asked again.
    """

    def __init__(self, *, probe_every: float, acks_to_close: int) -> None:
        self._probe_every = probe_every
        self._acks_to_close = acks_to_close
        self._acks = 0
        self.closed = True
        self.opened_at = 0.0
        self.next_probe = 0.0

    def failed(self, now: float) -> bool:
        """A send or a probe was not acked in time. Returns whether this opened the circuit."""
        opened = self.closed
        if opened:
            self.opened_at = now
        self.closed = False
        self._acks = 0
        self.next_probe = now + self._probe_every
        return opened

    def probe_acked(self, now: float) -> bool:
        """A probe was acked in time. Returns whether this closed the circuit."""
        if self.closed:
            return False
        self._acks += 1
        self.next_probe = now + self._probe_every
        self.closed = self._acks >= self._acks_to_close
        return self.closed
