"""The pages on which needs are read and observed: the register, one need, its history, and a table."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from network import menus, tables
from network.agenda.forms import ProposalForm
from network.agenda.models import AgendaProposal
from network.changes import Change, DeedKey, Invalid, Stale, sentence
from network.dates import local
from network.directory.models import Municipality, Topic, municipalities
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.doors import ask, often, person
from network.extensions import db
from network.forms import clean_line, clean_text
from network.goals import policy as goals
from network.groups import policy as groups
from network.groups.models import Group
from network.loop.ends import ends
from network.meetings import policy as meetings
from network.needs import actions, agenda, lists, parts, persons, policy, views_settling
from network.needs.alike import Wanted, alike
from network.needs.blueprint import again, blueprint, whole_need
from network.needs.forms import ChangeForm, ObserveForm, SupportForm, seen_of
from network.needs.lists import ORDERS, STATES, Narrowed
from network.needs.models import Need, NeedState, NeedSupport, TargetGroup
from network.needs.said import present
from network.people.forms import SPOKEN, language_name
from network.people.models import OfficeDesk, Person
from network.texts import in_alphabet, summary
from network.things import find, whole

__all__ = ["agenda", "blueprint", "views_settling"]

PER_PAGE = 30
MOST_OF_HISTORY = 200
MOST_IN_TABLE = 5000
EVERYBODY = "everybody"  # in addresses, where an empty word means that nothing is narrowed

STATE_LABELS = {
    "open": _l("Not met yet"),
    "reported": _l("Reported"),
    "confirmed": _l("Confirmed, not taken up"),
    "taken_up": _l("Taken up"),
    "met": _l("Met"),
    "declined": _l("Declined"),
    "all": _l("All"),
}
ORDER_LABELS = {
    "new": _l("The newest first"),
    "seen": _l("Seen by most first"),
    "old": _l("The oldest first"),
}

blueprint.add_app_template_filter(language_name, "language_name")


# The register


def _narrowed() -> Narrowed:
    state, language = request.args.get("state", "open"), request.args.get("language", "")
    target = request.args.get("target", "")
    known = {EVERYBODY: TargetGroup.EVERYBODY, **{one.value: one for one in TargetGroup if one.value}}
    return Narrowed(
        topic_id=whole(request.args.get("topic")),
        municipality_id=whole(request.args.get("municipality")),
        language=language if language in SPOKEN else "",
        target=known.get(target),
        state=state if state in STATES else "open",
        wanted=request.args.get("q", "").strip()[:200],
        mine="mine" in request.args,
        group_id=whole(request.args.get("group")),
    )


def _order() -> str:
    order = request.args.get("order", "new")
    return order if order in ORDERS else "new"


@blueprint.get("/needs")
@login_required
def register() -> str:
    """The needs of the network, narrowed and in the order that is wanted."""
    user, narrowed = person(), _narrowed()
    # Loaded first: a need finds its municipality among them.
    places = municipalities()
    topics = list(db.session.scalars(select(Topic).order_by(Topic.place)))
    pages = db.paginate(
        lists.register(user, narrowed, _order()).options(*lists.line()),
        per_page=PER_PAGE,
        max_per_page=PER_PAGE,
        error_out=False,
    )
    spoken = sorted(
        ((code, language_name(code)) for code in lists.languages_named()),
        key=lambda one: in_alphabet(one[1]),
    )
    return render_template(
        "needs/register.html",
        pages=pages,
        numbers=lists.numbers_of(pages.items),
        narrowed=narrowed,
        order=_order(),
        orders=ORDER_LABELS,
        states=STATE_LABELS,
        topics=[(topic.id, topic.name) for topic in topics],
        municipalities=[(one.id, one.name) for one in places],
        spoken=spoken,
        targets=[(value or EVERYBODY, words) for value, words in lists.target_groups()],
        chosen_target=None if narrowed.target is None else narrowed.target or EVERYBODY,
        may_observe=policy.observes(user),
    )


@blueprint.get("/needs.csv")
@login_required
def export() -> Response:
    """The needs of the register as a table."""
    query = lists.register(person(), _narrowed(), _order()).options(
        *lists.line(),
        selectinload(Need.languages),
        selectinload(Need.supports).joinedload(NeedSupport.organisation),
        joinedload(Need.organisation),
    )
    heads = [
        _("Number"),
        _("Need"),
        _("State"),
        _("Topic"),
        _("Municipality"),
        _("Place"),
        _("Who needs it?"),
        _("Languages"),
        _("Observed on"),
        _("Organisation"),
        _("Organisations that see it"),
        _("Engaged citizens who see it"),
        _("Answer"),
    ]
    rows = (
        [
            need.id,
            need.title,
            need.state_label,
            need.topic.name if need.topic else None,
            need.municipality.name if need.municipality else None,
            need.place,
            need.target_label if need.target else None,
            ", ".join(language_name(one.code) for one in need.languages),
            local(need.created_at).date(),
            need.organisation.name if need.organisation else None,
            "; ".join(one.organisation.name for one in need.by_organisations if one.organisation),
            len(need.by_citizens),
            need.answer,
        ]
        for need in db.session.scalars(query.limit(MOST_IN_TABLE)).unique()
    )
    return tables.file("needs.csv", heads, rows)


# Observing


def _choices(user: Any, need: Need | None = None) -> tuple[list[Topic], Sequence[Municipality], list[Group]]:
    """What the form offers: topics, municipalities, and the groups in which the user takes part."""
    mine = {place.group_id for place in user.memberships if place.active}
    if need is not None and need.group_id is not None:
        mine.add(need.group_id)
    found = db.session.scalars(
        select(Group).where(Group.id.in_(mine), Group.archived_at.is_(None)).order_by(Group.name)
    )
    topics = db.session.scalars(select(Topic).order_by(Topic.place))
    return list(topics), municipalities(), list(found)


@blueprint.route("/needs/new", methods=["GET", "POST"])
@login_required
@often
def new() -> Any:
    """Observe a need, perhaps from a `message`. What is like it is shown first, unless it was already."""
    user, desk = person(), OfficeDesk.the()
    ask(policy.may_observe, desk)
    topics, places, mine = _choices(user)
    form = ObserveForm(user, topics, places, mine, data=_usual(user, mine))
    new_to_them: list[Need] = []
    if form.validate_on_submit():
        new_to_them = [] if _sent_already(user, form) else _not_shown_yet(form)
        if not new_to_them:
            try:
                need = actions.observe(user, desk, key=form.key.data, **form.facts())
            except Invalid as invalid:
                form.refuse(invalid.errors)
            else:
                flash(
                    _("Thank you. The Coordination Office looks at it, and you are told what becomes of it.")
                )
                return redirect(url_for(".show", id=need.id), 303)
    found = new_to_them or alike(user, _wanted_by(form))
    return again(form, "needs/new.html", ask_first=bool(new_to_them), **_told(user, found))


def _told(user: Any, found: list[Need]) -> dict[str, Any]:
    """What is told of needs that are like one that is being written."""
    return {"alike": found, "numbers": lists.numbers_of(found), "counted": lists.counted_for(user, found)}


def _usual(user: Any, mine: Sequence[Group]) -> dict[str, Any]:
    """What is entered beforehand: one's own organisation and its place, and what the address names.

    A topic only where the page that one comes from has one: nobody looks again at what is filled in already.
    """
    last = lists.last_of(user)
    own = user.organisation
    group = next((one for one in mine if one.id == whole(request.args.get("group"))), None)
    language = request.args.get("language", "")
    named = {
        name: whole(request.args[name]) for name in ("topic_id", "municipality_id") if name in request.args
    }
    return {
        "organisation_id": own.id if own else None,
        "municipality_id": own.municipality_id if own else last.municipality_id if last else None,
        "topic_id": group.topics[0].id if group is not None and len(group.topics) == 1 else None,
        "group_id": group.id if group is not None else None,
        "languages": [language] if language in SPOKEN else [],
        "title": request.args.get("title", "")[:160],
        **named,
        **_said_in_message(request.args.get("message")),
    }


def _said_in_message(id: str | None) -> dict[str, Any]:
    """What a message says, as the form holds it: a sentence as what is missing, more as what was seen."""
    if id is None:
        return {}
    message = find(Message, id, discussions.may_see_text)
    title, topics = summary(message.text, 160), message.parent.group.topics
    return {
        **({"topic_id": topics[0].id} if len(topics) == 1 else {}),
        "title": title,
        "text": "" if title == message.text.strip() else message.text,
        "group_id": message.parent.group_id,
        "origin_id": message.id,
    }


def _may_observe_in(user: Any, _group: Group) -> bool:
    """Whether what is said in a group can be observed as a need: as everywhere."""
    return policy.observes(user)


def _sent_already(user: Any, form: ObserveForm) -> bool:
    """Whether the form has made a need: a double click is led to it, instead of being asked about it."""
    known = select(DeedKey.id).where(
        DeedKey.actor_id == user.id, DeedKey.deed == "needs.observe", DeedKey.key == form.key.data
    )
    return db.session.scalar(known) is not None


def _not_shown_yet(form: ObserveForm) -> list[Need]:
    """Needs that are like it, if there are any that the page has not shown."""
    found = alike(person(), _wanted_by(form))
    seen = {whole(id) for id in request.form.getlist("shown")}
    return found if any(need.id not in seen for need in found) else []


def _wanted_by(form: ObserveForm) -> Wanted:
    return _wanted(form.title.data, form.municipality_id.data, form.topic_id.data)


def _wanted(title: Any, municipality_id: Any, topic_id: Any) -> Wanted:
    return Wanted(str(title or "")[:160], whole(municipality_id), whole(topic_id))


@blueprint.get("/needs/alike")
@login_required
def show_alike() -> str:
    """What is like the need that is being written: a part of the page, asked for while typing."""
    asked = [request.args.get(name) for name in ("title", "municipality_id", "topic_id")]
    user = person()
    return render_template("needs/_alike.html", **_told(user, alike(user, _wanted(*asked), met=True)))


# One need


@blueprint.get("/needs/<id>")
@login_required
def show(id: str) -> Any:
    """A need: what is missing, who sees it too, what became of it, and what can be done next.

    One that was merged leads to the one that it is part of, unless its own page is asked for (`trace`).
    """
    need = find(Need, id, options=whole_need())
    if need.state == NeedState.MERGED and "trace" not in request.args:
        return redirect(url_for(".show", id=need.merged_into_id, merged=need.id))
    return render_template("needs/show.html", **_of_page(need))


def _of_page(need: Need) -> dict[str, Any]:
    user = person()
    linked = ends(user, need)
    may_support = policy.may_support(user, need)
    near = lists.groups_for(user, need) if need.is_open else []
    drafting = [group for group in near if goals.may_draft(user, group)]
    proposing = [group for group in near if meetings.may_propose(user, group)]
    merged, achieved = lists.merged_and_achieved(user, need)
    return {
        "need": need,
        "linked": linked,
        "achieved": achieved,
        "merged": merged,
        "came_from": next((one for one in merged if one.id == whole(request.args.get("merged"))), None),
        "form": SupportForm(user, formdata=None, organisation_id=_own_voice(user)) if may_support else None,
        "own": _own(user, need),
        "goal_groups": drafting,
        "goal_addresses": [url_for("goals.new", id=group.id, origin_id=need.id) for group in drafting],
        "agenda_groups": proposing,
        "agenda_addresses": [url_for(".propose", id=need.id, group_id=group.id) for group in proposing],
        "may_support": may_support,
        "may_change": policy.may_change(user, need),
        "may_confirm": policy.may_confirm(user, need),
        "may_decline": policy.may_decline(user, need),
        "may_merge": policy.may_merge(user, need),
        "may_meet": policy.may_meet(user, need),
        "may_reopen": policy.may_reopen(user, need),
    }


def _own_voice(user: Any) -> int | None:
    return user.organisation.id if user.organisation else None


def _own(user: Any, need: Need) -> list[NeedSupport]:
    """What was said for the user or an organisation of theirs: they can take it back."""
    return [
        one
        for one in need.supports
        if one.organisation_id in user.organisation_ids
        or (one.organisation_id is None and one.person_id == user.id)
    ]


@blueprint.get("/needs/<id>/history")
@login_required
def history(id: str) -> str:
    """What happened to a need, in sentences, the newest first."""
    need = find(Need, id)
    lines = db.session.scalars(
        select(Change)
        .where(Change.room_id == need.room_id, Change.thing_id == need.id)
        .order_by(Change.number.desc())
        .limit(MOST_OF_HISTORY)
    ).all()
    # In one statement, whoever and however many they are; held while the lines ask for them.
    actors = {one.id: one for one in db.session.scalars(_people_of(lines))}
    for line in lines:
        set_committed_value(line, "thing", need)
        set_committed_value(line, "actor", actors.get(line.actor_id))
    told = [(line, sentence(line, line.actor.label if line.actor else _("The program"))) for line in lines]
    return render_template("needs/history.html", need=need, history=told)


def _people_of(lines: Sequence[Change]) -> Select[tuple[Person]]:
    return select(Person).where(Person.id.in_({line.actor_id for line in lines if line.actor_id}))


@blueprint.route("/needs/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def edit(id: str) -> Any:
    """Say it better."""
    need = find(Need, id, options=whole_need())
    ask(policy.may_change, need)
    form = ChangeForm(*_choices(person(), need), data={**present(need), "seen": seen_of(need)})
    meanwhile: list[tuple[Any, str]] = []
    status = 422
    if form.validate_on_submit():
        try:
            actions.change_need(person(), need, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            form.form_errors.append(stale.description)
            meanwhile, status = form.compare(need), 409
        else:
            flash(_("Saved."))
            return redirect(url_for(".show", id=need.id), 303)
    page = render_template("needs/edit.html", form=form, need=need, meanwhile=meanwhile)
    return page, status if form.is_submitted() else 200


# Seeing it too


@blueprint.post("/needs/<id>/support")
@login_required
@often
def support(id: str) -> Any:
    """We see this too. From a page that is older than a merge it leads to the need that stayed.

    Whoever was about to write a need of their own is shown first what of it goes along.
    """
    need = find(Need, id, options=whole_need())
    if need.state == NeedState.MERGED:
        return redirect(url_for(".show", id=need.id), 303)
    form = SupportForm(person())
    written = "words" not in request.form and "title" in request.form
    if not written and form.validate_on_submit():
        before = need.version
        try:
            told = actions.support(person(), need, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            if told.version == before:
                flash(_("It was noted already, and counts once."))
            else:
                flash(_("Thank you. It is noted, and you are told what becomes of it."))
            return redirect(url_for(".show", id=need.id, _anchor="seen"), 303)
    ask(policy.may_support, need)
    if written:
        form.take_along(
            need,
            title=clean_line(request.form.get("title")),
            text=clean_text(request.form.get("text")),
        )
    return again(form, "needs/support.html", need=need, written=written)


@blueprint.post("/needs/<id>/withdraw")
@login_required
@often
def withdraw(id: str) -> Any:
    """Take back that it is seen, for an organisation of one's own or as a citizen."""
    need = find(Need, id, options=whole_need())
    actions.withdraw_support(person(), need, organisation_id=whole(request.form.get("organisation_id")))
    flash(_("Noted. It no longer counts as seen by you."))
    return redirect(url_for(".show", id=need.id, _anchor="seen"), 303)


# What comes of it


@blueprint.route("/needs/<id>/agenda/<group_id>", methods=["GET", "POST"])
@login_required
@often
def propose(id: str, group_id: str) -> Any:
    """Propose an item about a need to a group; the form is filled in with its words, the two are linked.

    Where such a proposal waits already it leads there; of what was merged, to the need that stayed.
    """
    need = find(Need, id)
    group = find(Group, group_id, groups.may_read)
    if need.state == NeedState.MERGED:
        return redirect(url_for(".show", id=need.id), 303)
    ask(meetings.may_propose, group)
    ask(policy.may_put_forward, need)
    form = ProposalForm(title=need.title, text=need.text)
    known = agenda.proposed_in(group, need)
    if known is not None and not form.is_submitted():
        return _led_to_proposal(known, is_new=False)
    if form.validate_on_submit():
        try:
            made = agenda.put_forward(person(), group, key=form.key.data, need_id=need.id, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
            known = agenda.proposed_in(group, need)
        else:
            return _led_to_proposal(made, is_new=known is None)
    return again(form, "agenda/propose.html", group=group, need=need, known=known)


def _led_to_proposal(proposal: AgendaProposal, *, is_new: bool) -> Any:
    """To what waits for an answer in a group, whether it has just been proposed or was before."""
    if is_new:
        flash(_("Thank you. Those who lead the group see your proposal and answer it."))
    else:
        flash(_("This need is proposed there already."))
    return redirect(url_for("agenda.show_proposals", id=proposal.parent_id, _anchor=proposal.dom_id), 303)


parts.add_to_pages()
persons.tell_people()
Message.makes.append((_l("Make this a need"), "needs.new", "eye", _may_observe_in))
menus.add("office", 36, _l("Needs"), "needs.register", icon="eye")
