from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.circuit import Circuit


def a_circuit() -> Circuit:
    return Circuit(probe_every=1.0, acks_to_close=3)


def test_it_begins_closed() -> None:
    assert a_circuit().closed


def test_the_first_failure_opens_it_and_the_next_probe_is_a_second_later() -> None:
    circuit = a_circuit()
    assert circuit.failed(10.0)
    assert not circuit.closed
    assert circuit.next_probe == 11.0
    assert circuit.opened_at == 10.0


def test_three_acks_in_a_row_close_it() -> None:
    circuit = a_circuit()
    circuit.failed(10.0)
    assert [circuit.probe_acked(t) for t in (11.0, 12.0, 13.0)] == [False, False, True]
    assert circuit.closed


def test_a_failure_between_the_acks_begins_again() -> None:
    circuit = a_circuit()
    circuit.failed(10.0)
    circuit.probe_acked(11.0)
    circuit.probe_acked(12.0)
    assert not circuit.failed(13.0), "it was open already"
    assert circuit.opened_at == 10.0
    assert [circuit.probe_acked(t) for t in (14.0, 15.0, 16.0)] == [False, False, True]


@given(st.lists(st.booleans(), max_size=40))
def test_it_is_closed_after_three_acks_since_the_last_failure_and_only_then(answers: list[bool]) -> None:
    circuit = a_circuit()
    circuit.failed(0.0)
    acks, closed = 0, False
    for second, acked in enumerate(answers, start=1):
        if acked:
            circuit.probe_acked(float(second))
            acks += 1
            closed = closed or acks >= 3
        else:
            circuit.failed(float(second))
            acks, closed = 0, False
        assert circuit.closed is closed
