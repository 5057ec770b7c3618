"""Discussions over HTTP: lists, threads, and what is said in them."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from network import menus
from network.changes import Invalid, Refused, Stale
from network.discussions import actions, lists, marks, persons, policy, views_care, views_messages
from network.discussions import parts as discussion_parts
from network.discussions.counts import MUTE, label, of_user
from network.discussions.forms import LONGEST, FollowForm, MessageForm, ReadForm, ThreadForm
from network.discussions.matters import discussion_of, group_of
from network.discussions.models import REACTIONS, Message, Thread
from network.discussions.speech import html_of, people_to_name
from network.discussions.titles import titles
from network.doors import ask, often, person
from network.extensions import db
from network.files.store import Stored, store
from network.groups import policy as groups
from network.groups.models import Group
from network.people import rates
from network.things import Thing, find, whole

blueprint = Blueprint("discussions", __name__)

ONLY = {"": _l("All"), "unread": _l("Unread"), "mine": _l("Mine"), "resolved": _l("Settled")}
LARGEST_SHOWN = 2_000_000  # bytes of a picture that is shown in the page; larger ones are links


@blueprint.app_template_filter("said")
def said(message: Message) -> Any:
    """A message's text as HTML."""
    return html_of(message)


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "unread_label": label,
        "reactions": REACTIONS,
        "longest": LONGEST,
        "largest_shown": LARGEST_SHOWN,
    }


# Lists of threads


@blueprint.get("/discussions")
@login_required
def index() -> str:
    """The threads of all the reader's groups: what is unread first."""
    only, page, wanted = _only(), _page(), _wanted()
    sought = lists.Sought(person(), wanted) if wanted else None
    ids = list(sought.newest) if sought is not None else None
    listed, more = lists.listed(lists.threads_of(person(), only=only, ids=ids), page)
    return render_template(
        "discussions/index.html",
        listed=listed,
        more=more,
        page=page,
        only=only,
        kinds=ONLY,
        wanted=wanted,
        hits=sought.hits(listed) if sought is not None else {},
    )


@blueprint.get("/groups/<id>/discussions")
@login_required
def of_group(id: str) -> str:
    """The threads of a group: pinned, unread, the others; or those in which words are found."""
    group = find(Group, id, groups.may_read)
    only, page, wanted = _only(), _page(), _wanted()
    sought = lists.Sought(person(), wanted, group) if wanted else None
    ids = list(sought.newest) if sought is not None else None
    listed, more = lists.listed(lists.threads_of(person(), group, only=only, ids=ids), page)
    return render_template(
        "discussions/of_group.html",
        group=group,
        listed=listed,
        more=more,
        page=page,
        only=only,
        kinds=ONLY,
        wanted=wanted,
        hits=sought.hits(listed) if sought is not None else {},
        may=sorted(groups.rights(person(), group)),
        may_start=policy.may_start(person(), group),
    )


def _only() -> str:
    only = request.args.get("only", "")
    return only if only in ONLY else ""


def _wanted() -> str:
    return request.args.get("q", "").strip()[:100]


def _page() -> int:
    return min(whole(request.args.get("page", "1")) or 1, 10_000)


@blueprint.route("/groups/<id>/discussions/new", methods=["GET", "POST"])
@login_required
@often
def new(id: str) -> Any:
    """Begin a discussion."""
    group = find(Group, id, groups.may_read)
    ask(policy.may_start, group)
    form = ThreadForm()
    if form.validate_on_submit():
        try:
            thread = actions.start(person(), group, key=form.key.data, uploads=uploads(form), **form.facts())
            return redirect(url_for(".show", id=thread.id), 303)
        except Invalid as invalid:
            form.refuse(invalid.errors)
    page = render_template(
        "discussions/new.html", group=group, form=form, may_steer=groups.may_steer(person(), group)
    )
    return (page, 422) if request.method == "POST" else page


# A thread


@blueprint.get("/threads/<id>")
@login_required
def show(id: str) -> str:
    """A thread with its newest messages; `before` and `at` are ordinals, for older ones."""
    thread, held = found(id)
    return _thread_page(thread, held, MessageForm(formdata=None))


def found(id: object) -> tuple[Thread, list[Thing]]:
    """The thread, and what must be held while its rules are asked; 404 as `find`."""
    number = whole(id)
    held = lists.surroundings(number) if number is not None else []
    return find(Thread, number, options=[*Thread.look()[:1]]), held


def _thread_page(thread: Thread, held: list[Thing], form: MessageForm) -> str:
    user = person()
    mark = marks.mark_of(user, thread)
    at, before = whole(request.args.get("at")), whole(request.args.get("before"))
    shown = lists.window(thread, before=before, at=at)
    seen = mark.ordinal if mark is not None else thread.last_ordinal
    answered = db.session.get(Message, form.reply_to.data) if form.reply_to.data else None
    if answered is None and whole(request.args.get("reply")):
        answered = next((m for m in shown.messages if m.id == whole(request.args.get("reply"))), None)
    return render_template(
        "discussions/show.html",
        thread=thread,
        group=thread.group,
        about=thread.about,
        held=held,
        window=shown,
        seen=seen,
        following=mark.following if mark is not None else "",
        form=form,
        answered=answered if answered is not None and answered.thread_id == thread.id else None,
        may=sorted(policy.rights(user, thread)),
        may_resolve=policy.may_resolve(user, thread),
    )


@blueprint.post("/threads/<id>/messages")
@login_required
@often
def post(id: str) -> Any:
    """Say something in a thread."""
    thread, held = found(id)
    form = MessageForm()
    if form.validate():
        try:
            ask(policy.may_post, thread)  # before files are looked at
            # Without files these are the facts of the live deed: a repeat may come through the other door.
            facts = {**form.facts(), **({"uploads": stored} if (stored := uploads(form)) else {})}
            message = actions.post(person(), thread, key=form.key.data, **facts)
            return redirect(url_for(".show", id=thread.id, _anchor=message.dom_id), 303)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Refused as refused:  # closed, or a right lost meanwhile: what was typed is not lost with it
            form.form_errors.append(refused.description)
            return _thread_page(thread, held, form), 403
    return _thread_page(thread, held, form), 422


def uploads(form: Any) -> list[Stored]:
    """The files that came with a form, checked. Raises Invalid beside `files`, also after too many."""
    given: list[FileStorage] = [file for file in form.files.data or [] if getattr(file, "filename", "")]
    for _file in given:
        wait = rates.spend("uploads", person().id)
        if wait:
            raise Invalid(files=rates.sentence(wait))
    try:
        return [store(file.stream, file.filename) for file in given[: actions.MOST_FILES + 1]]
    except Invalid as invalid:
        raise Invalid(files=next(iter(invalid.errors.values()))[0]) from None


@blueprint.get("/things/<id>/discussion")
@login_required
def about(id: str) -> Any:
    """The discussion about a thing; a place to say the first word if there is none yet."""
    thing = find(Thing, id)
    thread = discussion_of(thing)
    if thread is not None:
        return redirect(url_for(".show", id=find(Thread, thread.id).id), 303)
    ask(policy.may_talk_about, thing)
    return render_template(
        "discussions/about.html", thing=thing, group=group_of(thing), form=MessageForm(formdata=None)
    )


@blueprint.post("/things/<id>/discussion")
@login_required
@often
def talk_about(id: str) -> Any:
    """Say the first word about a thing, or the next one if somebody was quicker."""
    thing = find(Thing, id)
    form = MessageForm()
    if form.validate():
        try:
            ask(policy.may_talk_about, thing)  # before files are looked at
            stored = uploads(form)
            facts = {"text": form.text.data, **({"uploads": stored} if stored else {})}
            key = form.key.data
            try:  # always first, since a repeat of the first word is known by its key here
                message = actions.talk_about(person(), thing, key=key, **facts)
            except Stale:
                begun = discussion_of(thing)
                message = actions.post(person(), find(Thread, begun and begun.id), key=key, **facts)
            return redirect(url_for(".show", id=message.thread_id, _anchor=message.dom_id), 303)
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Refused as refused:  # a right that has just ended does not take what was typed with it
            form.form_errors.append(refused.description)
            return render_template(
                "discussions/about.html", thing=thing, group=group_of(thing), form=form
            ), 403
    else:
        ask(policy.may_talk_about, thing)
    return render_template("discussions/about.html", thing=thing, group=group_of(thing), form=form), 422


@blueprint.get("/threads/<id>/people")
@login_required
def people(id: str) -> Response:
    """Who can be mentioned, for the list under the @, and for the names of those who are here."""
    thread, _held = found(id)
    return _named(people_to_name(thread.group_id, thread))


@blueprint.get("/groups/<id>/discussions/people")
@login_required
def people_of_group(id: str) -> Response:
    """Who can be mentioned where a discussion of the group is begun."""
    return _named(people_to_name(find(Group, id, groups.may_read).id))


def _named(people: list[tuple[int, str]]) -> Response:
    answer = jsonify([{"id": id, "name": name} for id, name in people])
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


@blueprint.get("/titles")
@login_required
def titles_of() -> Response:
    """What links to our own pages are called, as far as the reader may see them."""
    answer = jsonify(titles(request.args.getlist("of")))
    answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


# One's own place in it


@blueprint.post("/threads/<id>/read")
@login_required
@often
def read(id: str) -> Any:
    """Mark as read up to a message, or altogether."""
    thread, _held = found(id)
    form = ReadForm()
    if not form.validate():
        raise Invalid(ordinal=_("Please give a whole number."))
    marks.read(person(), person(), thread=thread, ordinal=form.ordinal.data or thread.last_ordinal)
    return redirect(url_for(".of_group", id=thread.group_id), 303)


@blueprint.post("/messages/<id>/unread")
@login_required
@often
def unread(id: str) -> Any:
    """Let the thread count as unread from this message on."""
    message = find(Message, id)
    marks.mark_unread(person(), person(), thread=message.parent, ordinal=message.ordinal)
    flash(_("From this message on the discussion counts as unread."))
    return redirect(url_for(".of_group", id=message.parent.group_id), 303)


@blueprint.post("/threads/<id>/follow")
@login_required
@often
def follow(id: str) -> Any:
    """Follow or mute."""
    thread, _held = found(id)
    form = FollowForm()
    if not form.validate():
        raise Invalid(following=_("Please choose one of the entries."))
    marks.follow(person(), person(), thread=thread, following=form.following.data)
    if form.following.data == MUTE:
        flash(_("The discussion is muted: what is new in it is not counted and not sent to you."))
    else:
        flash(_("You follow this discussion."))
    return redirect(url_for(".show", id=thread.id), 303)


discussion_parts.add_to_groups()
persons.tell_people()
Group.tabs.append((50, _l("Discussion"), "discussions.of_group"))
menus.add(
    "main",
    40,
    _l("Discussions"),
    "discussions.index",
    may=lambda user: bool(user.is_authenticated),
    icon="messages",
    part_of=("discussions",),
    count=lambda user: sum(of_user(user).values()),
    counted="all",
)
blueprints = [blueprint, views_messages.blueprint, views_care.blueprint]
