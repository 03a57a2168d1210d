"""What a brand's own collaborations sold by relevant viewer: with it, viewers become money (D8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from discovery.domain.fit import Figures, Question, fit
from discovery.domain.ranges import Range


@dataclass(frozen=True, slots=True)
class Done:
    """A completed collaboration: with whom, how relevant the brand says they are, what it sold, by how many videos.

    `net` is in minor units of the question's currency. `relevance` is set by hand, in hundredths of a percent.
    """

    figures: Figures
    relevance: int | None
    net: int
    videos: int


@dataclass(frozen=True, slots=True)
class History:
    """Net sales for each relevant viewer in minor units, from the worst to the best of so many collaborations."""

    sales: Range
    collaborations: int


def history(question: Question, done: Sequence[Done]) -> History | None:
    """Of each collaboration net sales / (relevant viewers of one video x videos), by the same question.

    Viewers are reckoned from creators' figures as they are now; where they are a range, so are the sales by viewer.
    Who may have had no relevant viewer at all says nothing. None without any that does.
    """
    lows: list[float] = []
    highs: list[float] = []
    for one in done:
        viewers = fit(replace(question, relevance=one.relevance), one.figures).viewers
        if viewers is None or viewers.high is None or viewers.low <= 0:
            continue
        net = max(0, one.net)
        lows.append(net / (viewers.high * one.videos))
        highs.append(net / (viewers.low * one.videos))
    return History(Range(min(lows), max(highs)), len(lows)) if lows else None
