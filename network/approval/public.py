"""What the public reads of approved minutes: no internal items, and organisations in place of persons.

A person is named who agreed to be named and was named when somebody looked at the text before publishing it.
All others of these minutes are replaced wherever their full name stands, or their surname after a form of
address. Whether a bare surname in a text means the person, a program cannot know ("Haus"), nor whether the
minutes mean the member of the network whose name stands in them: `doubtful` finds such words, and whoever
publishes says which of them to leave out. A word that is left out is left out everywhere, in any letter case:
who is called so is not named either.
"""

from collections.abc import Collection, Iterable
from copy import deepcopy
from typing import Any, NamedTuple

from sqlalchemy import and_, select

from network.approval.models import Publication
from network.approval.snapshot import Content, read
from network.approval.veil import Veil, bare_name, people_in, surname_of, unmarked, without_marks
from network.extensions import db
from network.people.models import Person


class Known(NamedTuple):
    """Somebody of the network, and whether they agree to be named in public by now."""

    id: int
    name: str
    agrees: bool
    since: Any


def everybody(ids: Collection[int] | None = None) -> list[Known]:
    """All whom the network knows, or those of these ids: one statement."""
    query = select(
        Person.id,
        Person.recorded_name,
        and_(Person.named_in_minutes, ~Person.nameless),
        Person.created_at,
    ).order_by(Person.id)
    rows = db.session.execute(query if ids is None else query.where(Person.id.in_(ids)))
    return [Known(id, bare_name(name), bool(agrees), since) for id, name, agrees, since in rows]


def version_for_public(content: Content, *, named: Collection[int], left_out: Iterable[str] = ()) -> Content:
    """The minutes as the public reads them, with marks around what was put in; see `shown`."""
    veil = Veil(content, named, left_out)
    said: Content = deepcopy(content)
    meeting, attendance = said["meeting"], said["attendance"]
    said["group"]["name"] = veil.without_words(said["group"]["name"])
    for part in ("title", "place"):
        meeting[part] = veil.over(meeting[part])
    meeting["chair"], meeting["minute_taker"] = (
        veil.person(meeting[office]) for office in ("chair", "minute_taker")
    )
    attendance["present"] = [veil.person(one) for one in attendance["present"]]
    attendance["excused"], attendance["absent"] = [], []  # who was not there is nobody else's business
    said["items"] = [item for item in said["items"] if not item["internal"]]
    for item in said["items"]:
        item["title"] = veil.over(item["title"])
        item["presenters"] = [veil.person(one) for one in item["presenters"]]
        for paragraph in item["paragraphs"]:
            paragraph["text"] = veil.over(paragraph["text"])
        for decision in item["decisions"]:
            for part in ("text", "plain", "how"):
                decision[part] = veil.over(decision[part])
            decision["organisation"] = veil.without_words(decision["organisation"])
        for action in item["actions"]:
            action["text"], action["person"] = veil.over(action["text"]), veil.person(action["person"])
            action["organisation"] = veil.without_words(action["organisation"])
    kept = {one["id"] for item in said["items"] for one in item["paragraphs"]}
    said["addenda"] = [one for one in said["addenda"] if not one["paragraph"] or one["paragraph"] in kept]
    for addendum in said["addenda"]:
        addendum["by"] = veil.person(addendum["by"])
        for part in ("text", "was", "reason"):
            addendum[part] = veil.over(addendum[part])
    approval = said["approval"]
    approval["by"], approval["result"] = veil.person(approval["by"]), veil.over(approval["result"])
    return said


def read_by_public(publication: Publication, people: Iterable[Known] | None = None) -> Content:
    """What a publication shows by now, without marks: who no longer agrees is left out of the text too."""
    content = read(publication.version)
    named, left_out = _by_now(publication, content, people)
    return without_marks(version_for_public(content, named=named, left_out=left_out))


def title_for_public(publication: Publication, people: Iterable[Known]) -> str:
    """The title of the meeting alone, for a list; `people` are those named in it, as they are by now."""
    content = read(publication.version)
    named, left_out = _by_now(publication, content, people)
    return unmarked(Veil(content, named, left_out).over(content["meeting"]["title"]))


def _by_now(
    publication: Publication, content: Content, people: Iterable[Known] | None
) -> tuple[set[int], list[str]]:
    """Who is named still, and the words that are left out by now."""
    then = set(publication.named)
    by_now = [one for one in (everybody(then) if people is None else people) if one.id in then]
    named = {one.id for one in by_now if one.agrees}
    withdrawn = [one.name for one in by_now if not one.agrees]
    withdrawn += [one["name"] for one in people_in(content) if one["id"] in then - named]
    return named, [*publication.left_out, *withdrawn, *(surname_of(name) for name in withdrawn)]
