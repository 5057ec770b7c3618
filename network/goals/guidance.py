"""What helps to make a goal specific and measurable: said in plain words, with examples, never required."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from network.goals.lists import Parts
from network.goals.models import Goal


@dataclass(frozen=True)
class Example:
    """A goal that can be measured, from one topic."""

    title: Any
    indicator: Any
    way: Any
    source: Any


# By the slugs of topics; `""` is for all others.
EXAMPLES = {
    "language": Example(
        _l("80 reading sponsors at primary schools"),
        _l("Reading sponsors who come at least every two weeks"),
        _l("From 20 in September to 80 by July"),
        _l("The schools' lists, each month"),
    ),
    "work": Example(
        _l("Answers about the recognition of qualifications within two weeks"),
        _l("Weeks from the question to the first appointment"),
        _l("From 6 weeks to 2 by the end of the year"),
        _l("The counselling centre's calendar"),
    ),
    "housing": Example(
        _l("Every family finds a home within half a year"),
        _l("Families who live in a shelter for more than six months"),
        _l("From 34 down to 10 by December"),
        _l("The municipality's statistics, each quarter"),
    ),
    "health": Example(
        _l("Interpreters for appointments at the doctor's"),
        _l("Share of requested appointments with an interpreter"),
        _l("From 35 to 80 per cent within a year"),
        _l("The list of the interpreters' pool"),
    ),
    "family": Example(
        _l("Childcare at five places where courses are held"),
        _l("Course places with childcare"),
        _l("From 1 in January to 5 by September"),
        _l("The education providers' reports"),
    ),
    "": Example(
        _l("Meeting places in every municipality"),
        _l("Municipalities with an open meeting at least once a month"),
        _l("From 4 of 13 to 10 within a year"),
        _l("The calendar of the network"),
    ),
}


def example_for(goal: Goal) -> Example:
    """One that fits the topics of the goal, or of its group."""
    for topic in [*goal.topics, *goal.parent.topics]:
        if topic.slug in EXAMPLES:
            return EXAMPLES[topic.slug]
    return EXAMPLES[""]


@dataclass(frozen=True)
class Hint:
    """Something that would make the goal clearer, and why."""

    words: Any
    why: Any


def hints(goal: Goal, parts: Parts) -> list[Hint]:
    """What is still open in a plan, the most helpful first. None of it stops anybody."""
    texts = {name: text.text for name, text in parts.texts.items()}
    asked = [
        (
            not texts.get("statement"),
            _l("Say in two or three sentences what will be different."),
            _l("Whoever was not there should understand it."),
        ),
        (
            not goal.indicator,
            _l("Say by what you will see it."),
            _l("Something that can be counted or asked: people, weeks, places, answers."),
        ),
        (
            goal.baseline is None or goal.baseline_on is None,
            _l("Say where you stand today."),
            _l("Without a value at the beginning nobody can tell how far you have come."),
        ),
        (
            goal.target is None,
            _l("Say what you want to reach, as a number."),
            _l("Choose one that takes an effort and can be reached."),
        ),
        (
            goal.target_on is None,
            _l("Say by when."),
            _l("A day makes it possible to see early whether help is needed."),
        ),
        (
            goal.baseline is not None and goal.baseline == goal.target,
            _l("Beginning and target are the same: you want to hold a level."),
            _l("Then it counts as reached exactly as long as the level is held."),
        ),
        (
            not goal.unit,
            _l("Name the unit."),
            _l("So that “80” is read alike by everybody: sponsors, weeks, per cent."),
        ),
        (
            not goal.source,
            _l("Say where the numbers come from."),
            _l("It should be easy to count them again in the same way."),
        ),
        (
            goal.owner_id is None,
            _l("Agree on somebody who looks after it."),
            _l("They need not do everything, but they see to it that there is news."),
        ),
        (
            not parts.milestones,
            _l("Name one or two steps on the way."),
            _l("Steps show progress before the number does."),
        ),
        (
            not texts.get("reasons"),
            _l("Say why you want it."),
            _l("What did you see or hear? Which need does it answer?"),
        ),
    ]
    return [Hint(words, why) for is_open, words, why in asked if is_open]
