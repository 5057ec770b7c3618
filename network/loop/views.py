"""Links over HTTP: made from the page of a thing, taken off there, and shown on every page of the loop."""

from itertools import chain
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from network.changes import Invalid
from network.discussions.models import Message
from network.discussions.titles import meant
from network.doors import ask, back, find_removed, offer_undo, often, person
from network.extensions import db
from network.loop import actions, policy
from network.loop.ends import End, Ends, ends, ends_of_ids, page_of, title_of
from network.loop.forms import LinkForm
from network.loop.models import Link
from network.loop.picking import offered, place_on, said_of_merged, suggested, usual, way_of
from network.things import Thing, find, whole

blueprint = Blueprint("loop", __name__)
Message.offers.append((_l("Link with something else"), "loop.link", "link", policy.may_link, False))

LONGEST_WANTED = 500  # characters: an address may be pasted where words are looked for


@blueprint.app_template_global("links_of")
def links_of(thing: Thing) -> Ends:
    """The newest that a thing is linked with, for whoever reads the page."""
    return ends(person(), thing)


@blueprint.app_template_global("links_by_id")
def links_by_id(*ids: int) -> dict[int, Ends]:
    """The same of several things, by their ids, in as few statements: items of an agenda, messages."""
    return ends_of_ids(person(), ids)


@blueprint.app_template_filter("by_place")
def by_place(linked: dict[int, Ends]) -> dict[str, list[End]]:
    """The links of paragraphs, by the ids of these on their page."""
    found: dict[str, list[End]] = {}
    for end in chain.from_iterable(linked.values()):
        place = end.here.rpartition("#")[2]
        if place:
            found.setdefault(place, []).append(end)
    return found


@blueprint.app_template_filter("by_decision")
def by_decision(said: dict[str, Any]) -> dict[str, list[End]]:
    """What the decisions of a version of minutes led to, as far as its reader sees it, by their ids on it."""
    linked = links_by_id(*(decision["id"] for item in said["items"] for decision in item["decisions"]))
    return {f"decision_{id}": [end for end in found if not end.removed_at] for id, found in linked.items()}


@blueprint.app_template_global("may_link")
def may_link(thing: Thing) -> bool:
    """Whether whoever reads the page may link the thing."""
    return policy.may_link(person(), thing)


@blueprint.get("/things/<id>/links")
@login_required
def links(id: str) -> str:
    """All that a thing is linked with, a discussion with its messages, a page at a time."""
    thing = find(Thing, id)
    before = whole(request.args.get("before"))
    return render_template(
        "loop/links.html", thing=thing, before=before, page=page_of(person(), thing, before)
    )


@blueprint.route("/things/<id>/link", methods=["GET", "POST"])
@login_required
@often
def link(id: str) -> Any:
    """Link a thing with another one: found by words or named by its address (`q`), then chosen."""
    thing = find(Thing, id)
    ask(policy.may_link, thing)
    form = LinkForm(here=request.args.get("here", ""))
    here = place_on(thing, form.here.data or "")
    if form.validate_on_submit():
        try:
            _link(thing, here, form)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(said_of_merged(person(), form.to.data) or _("Saved."))
            page = f"{request.root_path}{here}" if here else url_for("rooms.permalink", id=thing.id)
            return redirect(page, 303)
    wanted = request.values.get("q", "").strip()[:LONGEST_WANTED]
    found = offered(person(), thing, wanted) if wanted else suggested(person(), thing)
    page = render_template(
        "loop/link.html",
        thing=thing,
        form=form,
        here=here,
        wanted=wanted,
        name=title_of(thing),
        found=found,
    )
    return page, 422 if form.is_submitted() else 200


def _link(thing: Thing, here: str, form: LinkForm) -> None:
    """Make the link at the thing of which it is said, if its reader writes there too; else at this one."""
    facts = form.facts()
    other = meant(person(), db.session.get(Thing, facts["to_id"]))
    way = way_of(facts["kind"]) if facts["kind"] or other is None else usual(thing, other)
    if way is not None and way.turned and other is not None and policy.may_link(person(), other):
        begins = facts["place"] if other.id == facts["to_id"] else ""
        facts = {"to_id": thing.id, "kind": way.kind.value, "place": here, "here": begins}
        actions.link(person(), other, key=form.key.data, **facts)
    else:
        actions.link(person(), thing, key=form.key.data, here=here, **facts)


@blueprint.post("/links/<id>/remove")
@login_required
@often
def unlink(id: str) -> Any:
    """Take a link off; the notice can bring it back, and says what has become of the two thereby."""
    found = find(Link, id)
    before = _states(found)
    actions.unlink(person(), found)
    offer_undo(
        " ".join([_("The link is removed."), *_became(found, before)]), url_for(".link_again", id=found.id)
    )
    return back(url_for("rooms.permalink", id=found.parent_id))


@blueprint.post("/links/<id>/restore")
@login_required
@often
def link_again(id: str) -> Any:
    """Bring a link back that was taken off."""
    found = find_removed(Link, id, policy.may_see)
    before = _states(found)
    actions.link_again(person(), found)
    flash(" ".join([_("The link is back."), *_became(found, before)]))
    return back(url_for("rooms.permalink", id=found.parent_id))


def _states(link: Link) -> dict[int, str]:
    """What is said of the two things of a link, where the reader sees it: open, taken up, in force."""
    user = person()
    return {
        one.id: str(one.state_label)
        for one in (link.parent, link.to)
        if hasattr(one, "state_label") and type(one).rules["see"](user, one)
    }


def _became(link: Link, before: dict[int, str]) -> list[str]:
    """A sentence for each of the two that is something else now, since others follow links."""
    db.session.expire_all()
    after = _states(link)
    return [
        _("“%(title)s” is now: %(state)s.", title=one.label, state=after[one.id])
        for one in (link.parent, link.to)
        if one.id in before and after.get(one.id, before[one.id]) != before[one.id]
    ]
