"""What can go wrong on a developer's machine, each as one sentence that says what to do."""


class StackError(Exception):
    """One clear sentence for the person at the terminal; `exit_code` is what the program ends with."""

    exit_code = 1


class MissingError(StackError):
    """Something has to be installed first."""

    exit_code = 2


class PortInUseError(StackError):
    """Another program listens where this one has to."""


class DiskFullError(StackError):
    """Too little room for the servers' data."""


class DiedError(StackError):
    """A process ended while it was waited for; the sentence carries the last lines of its log."""


class NotReadyError(StackError):
    """A process lives, but did not answer in time."""


class BusyError(StackError):
    """Another run of the same checkout holds its data."""


class NotOursError(StackError):
    """The server belongs to somebody else: it is used, never stopped or started."""
