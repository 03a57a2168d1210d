"""What a service reacts to: its handlers register here, and the loop, the timers and the looks call them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from contracts import registry
from contracts.envelope import EntityEvent, Event, State
from contracts.topics import Topic

if TYPE_CHECKING:
    from chassis.looks import Look
    from chassis.timers import Timer
    from chassis.tx import Transactions

E = TypeVar("E", bound=Event)
S = TypeVar("S", bound=State)

BatchFunction = Callable[[Sequence[Any], Any], Awaitable[None]]
DEFAULT_GROUP = ""


@dataclass(frozen=True)
class Reaction:
    """One registered handler: which topic it hears, how records become its events, and how doubles are told."""

    topic: Topic
    event: type[Event]
    function: BatchFunction
    group: str = DEFAULT_GROUP
    first: BatchFunction | None = None
    after: str | None = None
    members: int = 1
    unhurried: bool = False
    inbox: bool = True
    is_state: bool = False
    name: str = ""
    parked_as: Callable[[bytes], bytes] | None = None


@dataclass
class Handlers:
    """A service's reactions. One type (or one entity topic) has one handler."""

    reactions: dict[str, Reaction] = field(default_factory=dict)
    states: dict[str, Reaction] = field(default_factory=dict)
    timers: dict[str, Callable[["Timer", Any], Awaitable[None]]] = field(default_factory=dict)
    looks: dict[str, Callable[[Sequence["Look"], "Transactions[Any]"], Awaitable[None]]] = field(default_factory=dict)

    def on_batch(
        self,
        event: type[E],
        *,
        group: str = DEFAULT_GROUP,
        first: BatchFunction | None = None,
        after: str | None = None,
        members: int = 1,
        unhurried: bool = False,
        inbox: bool = True,
        parked_as: Callable[[bytes], bytes] | None = None,
    ) -> Callable[[Callable[[Sequence[E], Any], Awaitable[None]]], Callable[[Sequence[E], Any], Awaitable[None]]]:
        """Handle a fact, a whole batch at a time, for hot streams; the order of records with one key is kept.

        `first` writes what APIs also write, before anything is read (ARCHITECTURE 5.4). `after` names the group that
        goes first after a start, where this one's work is cheaper once the other has caught up. `members` is by how
        many consumers each process reads the group: one batch is worked at while the other waits for its commit. An
        `unhurried` one waits a moment for more to come, for fewer and larger batches.
        `inbox=False` is for handlers whose every write carries its own identity; otherwise doubles never reach them.
        `parked_as` says what is kept of a record that can't be handled, where that shall be less than all of it.
        """

        def register(
            function: Callable[[Sequence[E], Any], Awaitable[None]],
        ) -> Callable[[Sequence[E], Any], Awaitable[None]]:
            self._add(
                Reaction(
                    topic=event.TOPIC,
                    event=event,
                    function=function,
                    group=group,
                    first=first,
                    after=after,
                    members=members,
                    unhurried=unhurried,
                    inbox=inbox,
                    name=function.__name__,
                    parked_as=parked_as,
                )
            )
            return function

        return register

    def parked_as(self) -> dict[str, Callable[[bytes], bytes]]:
        """By topic, what is kept of records that can't be handled, where it is not all of them."""
        return {one.topic.name: one.parked_as for one in self.reactions.values() if one.parked_as is not None}

    def on(
        self, event: type[E], *, group: str = DEFAULT_GROUP, inbox: bool = True
    ) -> Callable[[Callable[[E, Any], Awaitable[None]]], Callable[[E, Any], Awaitable[None]]]:
        """Handle a fact, one at a time."""

        def register(function: Callable[[E, Any], Awaitable[None]]) -> Callable[[E, Any], Awaitable[None]]:
            async def each(events: Sequence[E], tx: Any) -> None:
                for one in events:
                    tx.event = one
                    await function(one, tx)
                tx.event = None

            self._add(
                Reaction(
                    topic=event.TOPIC, event=event, function=each, group=group, inbox=inbox, name=function.__name__
                )
            )
            return function

        return register

    def on_state(
        self,
        state: type[S],
        *,
        group: str = DEFAULT_GROUP,
        event: type[EntityEvent[S]] | None = None,
        erased: Callable[[str, Any], Awaitable[None]] | None = None,
    ) -> Callable[[Callable[[S, Any], Awaitable[None]]], Callable[[S, Any], Awaitable[None]]]:
        """Handle an entity's newest state, whatever the fact; what isn't newer never arrives.

        `tx.event` is the event itself, with its fact, time and revision. `event` is the class that reads any fact of
        the topic, by default the contracts' own. `erased` is called with the id of an entity that was erased: nothing
        about it ever arrives after that.
        """

        def register(function: Callable[[S, Any], Awaitable[None]]) -> Callable[[S, Any], Awaitable[None]]:
            async def each(events: Sequence[EntityEvent[S]], tx: Any) -> None:
                for one in events:
                    tx.event = one
                    if one.state is not None:
                        await function(one.state, tx)
                    elif erased is not None:
                        await erased(one.entity, tx)
                tx.event = None

            base = event or registry.entity_base(state.TOPIC.name)
            if base is None:
                raise ValueError(f"{state.__name__} is on no entity topic")
            self._add(
                Reaction(
                    topic=state.TOPIC,
                    event=base,
                    function=each,
                    group=group,
                    inbox=False,
                    is_state=True,
                    name=function.__name__,
                )
            )
            return function

        return register

    def on_timer(
        self, purpose: str
    ) -> Callable[[Callable[["Timer", Any], Awaitable[None]]], Callable[["Timer", Any], Awaitable[None]]]:
        """Handle a timer that is due; compare and set on the aggregate, for it may fire late or twice."""

        def register(function: Callable[["Timer", Any], Awaitable[None]]) -> Callable[["Timer", Any], Awaitable[None]]:
            self.timers[purpose] = function
            return function

        return register

    def on_look(
        self, kind: str
    ) -> Callable[
        [Callable[[Sequence["Look"], "Transactions[Any]"], Awaitable[None]]],
        Callable[[Sequence["Look"], "Transactions[Any]"], Awaitable[None]],
    ]:
        """Look at the other side after a commit (write, commit, then look); runs outside any transaction."""

        def register(
            function: Callable[[Sequence["Look"], "Transactions[Any]"], Awaitable[None]],
        ) -> Callable[[Sequence["Look"], "Transactions[Any]"], Awaitable[None]]:
            self.looks[kind] = function
            return function

        return register

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Each consumer group's suffix and its topics."""
        found: dict[str, dict[str, None]] = {}
        for reaction in [*self.reactions.values(), *self.states.values()]:
            found.setdefault(reaction.group, {})[reaction.topic.name] = None
        return {group: tuple(topics) for group, topics in found.items()}

    def leaders(self) -> dict[str, str]:
        """Of each group that lets another go first after a start, that other."""
        return {one.group: one.after for one in self.reactions.values() if one.after is not None}

    def unhurried(self) -> frozenset[str]:
        """The groups of which no handler minds a moment's wait."""
        all_of_them = [*self.reactions.values(), *self.states.values()]
        return frozenset(self.groups()) - {one.group for one in all_of_them if not one.unhurried}

    def members(self) -> dict[str, int]:
        """By how many consumers each process reads each group."""
        found: dict[str, int] = {}
        for one in [*self.reactions.values(), *self.states.values()]:
            found[one.group] = max(found.get(one.group, 1), one.members)
        return found

    def _add(self, reaction: Reaction) -> None:
        table = self.states if reaction.is_state else self.reactions
        key = reaction.topic.name if reaction.is_state else reaction.event.TYPE
        if key in table:
            raise ValueError(f"{key} has a handler already: {table[key].name}")
        for other in [*self.reactions.values(), *self.states.values()]:
            if other.topic.name != reaction.topic.name:
                continue
            if other.group != reaction.group:
                raise ValueError(f"{reaction.topic.name} is read by one group, or its records are handled twice")
            if other.is_state != reaction.is_state:
                raise ValueError(f"{reaction.topic.name} is heard by its state or by its facts, not by both")
        table[key] = reaction
