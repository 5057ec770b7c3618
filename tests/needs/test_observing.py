"""Telling what is missing: quickly, for an organisation, and not twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select

from network.changes import Invalid, Refused
from network.extensions import db
from network.needs import actions
from network.needs.alike import Wanted, alike
from network.needs.models import Need, NeedState, NeedSupport
from network.people.models import OfficeDesk
from network.things import now
from tests.clients import Reader
from tests.needs.makers import TITLE, confirmed, municipality, observed, topic
from tests.world import World

SignIn = Callable[..., Reader]


def filled(page: str, **typed: Any) -> dict[str, Any]:
    """What the form of a page sends with what is typed into it."""
    form = next(form for form in html.fromstring(page).xpath("//main//form") if "title" in form.fields)
    return {**dict(form.form_values()), **{name: str(value) for name, value in typed.items()}}


def forms_of(page: str) -> list[Any]:
    """The forms in which somebody says that they see a need too."""
    return [form for form in html.fromstring(page).xpath("//main//form") if "words" in form.fields]


def all_needs() -> list[Need]:
    return list(db.session.scalars(select(Need).order_by(Need.id)))


def alike_on(page: str) -> list[str]:
    return html.fromstring(page).xpath("//turbo-frame[@id='alike']//h2//a//text()")  # type: ignore[no-any-return]  # strings


def test_ben_observes_a_need_with_a_sentence_and_a_topic(world: World, sign_in: SignIn) -> None:
    ben, place = sign_in(world.ben), municipality()
    world.parish.municipality_id = place.id
    language = topic()
    page = ben.get(f"/needs/new?group={world.language.id}").text
    answer = ben.post("/needs/new", data=filled(page, title=TITLE, topic_id=language.id))
    [need] = all_needs()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/needs/{need.id}")
    assert need.state == NeedState.REPORTED and need.topics == [language]
    assert need.organisation_id == world.parish.id, "whoever has one organisation need not choose"
    assert need.municipality_id == place.id, "and its place is what is offered first"
    assert need.group_id == world.language.id
    assert [one.organisation_id for one in need.supports] == [world.parish.id]
    assert TITLE in ben.get(f"/needs/{need.id}").text


def test_until_it_is_confirmed_only_ben_and_the_office_know_of_it(world: World, sign_in: SignIn) -> None:
    need = observed(world.ben)
    for person, status in ((world.ben, 200), (world.olaf, 200), (world.anke, 404), (world.kira, 404)):
        reader = sign_in(person)
        assert reader.get(f"/needs/{need.id}").status_code == status
        seen = status == 200
        assert (TITLE in reader.get("/needs").text) == seen
        assert (TITLE in reader.get("/needs.csv").text) == seen
        assert (TITLE in reader.get("/search?q=child+care").text) == seen
        frame = reader.get("/needs/alike?title=German+child+care", headers={"Turbo-Frame": "alike"})
        assert bool(alike_on(frame.text)) == seen
    actions.confirm(world.olaf, need)
    assert TITLE in sign_in(world.olena).get("/needs").text


def test_what_the_office_itself_observes_is_confirmed_with_that(world: World) -> None:
    need = observed(world.olaf)
    assert need.state == NeedState.CONFIRMED and need.confirmed_at is not None


def test_for_whom_somebody_speaks_is_one_of_their_own(world: World) -> None:
    for person, organisation_id in (
        (world.ben, world.school.id),
        (world.ben, None),
        (world.olena, world.school.id),
        (world.ben, 999_999),
    ):
        with pytest.raises(Invalid) as refused:
            observed(person, organisation_id=organisation_id)
        assert "organisation_id" in refused.value.errors
    world.ben.engaged_citizen = True
    db.session.commit()
    assert observed(world.ben, organisation_id=None).by_citizens
    assert observed(world.olena).by_citizens, "who belongs to none speaks as a citizen"


def test_whoever_may_not_write_observes_nothing(world: World) -> None:
    world.ben.silenced_until = now().replace(year=now().year + 1)
    db.session.commit()
    with pytest.raises(Refused):
        observed(world.ben)
    assert not all_needs()


def test_what_there_is_not_cannot_be_said_of_a_need(world: World) -> None:
    for wrong in (
        {"topic_id": 999_999},
        {"municipality_id": 999_999},
        {"group_id": world.closed.id},
        {"group_id": 999_999},
        {"languages": [f"x{number}" for number in range(13)]},
    ):
        with pytest.raises(Invalid) as refused:
            observed(world.ben, **wrong)
        assert set(refused.value.errors) == set(wrong)
    assert not all_needs()


# What is like it


@pytest.mark.parametrize(
    ("title", "is_alike"),
    [
        ("German courses with child care are missing", True),
        ("no german COURSE with childcare", True),
        ("Child care during the German course", True),
        ("A swimming course for girls", False),
        ("No doctor who speaks Arabic", False),
        ("ab", False),
        ("", False),
    ],
)
def test_titles_that_say_the_same_are_alike(world: World, title: str, is_alike: bool) -> None:
    need = confirmed(world)
    assert (alike(world.olena, Wanted(title)) == [need]) == is_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mehr Parkplätze am Landratsamt", "Kein Platz in der Kita für Geschwister in Barleben"),
        ("Kein Deutschkurs am Abend", "Keine Beratung am Abend bei Gewalt"),
    ],
)
def test_needs_that_share_half_a_word_or_an_hour_are_not_alike(world: World, one: str, other: str) -> None:
    confirmed(world, other)
    assert alike(world.olena, Wanted(one)) == []


def test_german_and_arabic_words_are_compared_by_what_they_share(world: World) -> None:
    german = confirmed(world, "Kein Deutschkurs mit Kinderbetreuung am Vormittag")
    arabic = confirmed(world, "لا توجد دورة لغة مع رعاية الأطفال")
    assert alike(world.olena, Wanted("Deutschkurse ohne Kinderbetreuung")) == [german]
    assert alike(world.olena, Wanted("دورة لغة ورعاية للأطفال")) == [arabic]


def test_of_several_the_one_of_the_same_place_stands_first(world: World) -> None:
    there, here = municipality("Oberdorf"), municipality()
    first = confirmed(world, municipality_id=here.id)
    confirmed(world, municipality_id=there.id)
    assert alike(world.olena, Wanted(TITLE, here.id))[0] == first


def test_what_is_met_or_declined_is_no_double(world: World) -> None:
    actions.meet(world.olaf, confirmed(world), words="There is one now.")
    actions.decline(world.olaf, observed(world.ben), reason="Elsewhere.")
    assert alike(world.olaf, Wanted(TITLE)) == []


def test_what_was_met_lately_under_the_same_title_is_told_while_typing(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    actions.meet(world.olaf, confirmed(world), words="There is one now.")

    def told(title: str) -> str:
        frame = {"Turbo-Frame": "alike"}
        return str(sign_in(world.anke).get("/needs/alike", query_string={"title": title}, headers=frame).text)

    shown = told(TITLE.lower())
    assert TITLE in shown and "met since" in shown and "/support" not in shown
    assert TITLE not in told(TITLE[:-6])
    clock.shift(timedelta(days=91))
    assert TITLE not in told(TITLE.lower())


def test_without_a_script_the_similar_ones_are_shown_in_between(world: World, sign_in: SignIn) -> None:
    need, anke = confirmed(world), sign_in(world.anke)
    facts = filled(anke.get("/needs/new").text, title="German course and child care", topic_id=topic().id)
    facts["text"] = "Seven mothers asked."
    asked = anke.post("/needs/new", data=facts)
    assert asked.status_code == 422 and alike_on(asked.text) == [TITLE]
    assert "Is it one of these?" in asked.text and len(all_needs()) == 1
    # Either it is the same: what is written goes along, once Anke has seen what of it.
    [form] = forms_of(anke.post(f"/needs/{need.id}/support", data=filled(asked.text)).text)
    assert form.fields["words"].strip() == "German course and child care\nSeven mothers asked."
    assert {one.organisation_id for one in need.supports} == {world.parish.id}, "nothing is sent yet"
    answer = anke.post(form.action, data={**dict(form.form_values()), "words": "Seven mothers asked."})
    assert answer.status_code == 303
    assert [(one.organisation_id, one.words) for one in need.supports] == [
        (world.parish.id, ""),
        (world.school.id, "Seven mothers asked."),
    ]
    again = anke.get("/needs/alike?title=German+child+care", headers={"Turbo-Frame": "alike"}).text
    assert "You are counted there already." in again and "We see this too" not in again
    # Or it is another one: what was shown is not asked about again.
    page = html.fromstring(asked.text)
    shown = page.xpath("//input[@name='shown']/@value")
    assert shown == [str(need.id)]
    answer = anke.post("/needs/new", data={**filled(asked.text), "shown": shown})
    assert answer.status_code == 303 and len(all_needs()) == 2


def test_a_long_text_that_goes_along_is_shown_whole_and_said_to_be_too_long(
    world: World, sign_in: SignIn
) -> None:
    need, anke = confirmed(world), sign_in(world.anke)
    long = "Seven mothers asked. " * 20
    facts = {"title": TITLE, "text": long, "organisation_id": world.school.id}
    page = anke.post(f"/needs/{need.id}/support", data=facts).text
    [form] = forms_of(page)
    assert form.fields["words"].strip() == long.strip(), "the title says nothing more"
    assert "at most 300 characters" in page and len(need.supports) == 1


def test_the_form_begins_with_what_the_page_names_that_one_comes_from(world: World, sign_in: SignIn) -> None:
    ben, language, place = sign_in(world.ben), topic(), municipality()
    confirmed(world, topic_id=topic("work").id)

    def chosen(address: str, name: str) -> list[str]:
        page = html.fromstring(ben.get(address).text)
        return page.xpath(f"//select[@name='{name}']/option[@selected]/@value")  # type: ignore[no-any-return]  # strings

    assert chosen("/needs/new", "topic_id") in ([], [""]), "a topic that nobody chose is not seen to be wrong"
    world.language.topics = [language]
    db.session.commit()
    assert chosen(f"/needs/new?group={world.language.id}", "topic_id") == [str(language.id)]
    spot = f"/needs/new?topic_id={language.id}&municipality_id={place.id}&language=uk"
    assert chosen(spot, "topic_id") == [str(language.id)]
    assert chosen(spot, "municipality_id") == [str(place.id)]
    assert html.fromstring(ben.get(spot).text).xpath("//input[@name='languages'][@checked]/@value") == ["uk"]
    odd = "/needs/new?topic_id=²&municipality_id=0&language=tlh&group=x"
    assert chosen(odd, "topic_id") in ([], [""]) and chosen(odd, "municipality_id") in ([], [""])


def test_enter_sends_the_need_and_supports_none_of_those_beside_it(world: World, sign_in: SignIn) -> None:
    confirmed(world)
    anke = sign_in(world.anke)
    facts = filled(anke.get("/needs/new").text, title=TITLE, topic_id=topic().id)
    page = html.fromstring(anke.post("/needs/new", data=facts).text)
    [form] = [form for form in page.xpath("//main//form") if "title" in form.fields]
    first = form.xpath(".//button[@type='submit']")[0]
    assert first.get("formaction") is None and first.get("tabindex") == "-1"


def test_a_form_that_is_sent_twice_is_not_asked_about_its_own_need(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    facts = filled(ben.get("/needs/new").text, title=TITLE, topic_id=topic().id)
    first, second = (ben.post("/needs/new", data=facts) for _time in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert db.session.scalar(select(func.count(NeedSupport.id))) == 1


def test_saying_it_better_is_for_its_observer_until_it_is_confirmed(world: World) -> None:
    need = observed(world.ben, text="Three asked.")
    version = need.version
    actions.change_need(world.ben, need, title=TITLE, text="Three asked.")
    assert need.version == version, "nothing differs"
    actions.change_need(world.ben, need, text="Seven asked.", languages=["uk", "ar"], target="women")
    assert [one.code for one in need.languages] == ["ar", "uk"]
    actions.change_need(world.ben, need, languages=["ar"])
    assert [one.code for one in need.languages] == ["ar"]
    actions.confirm(world.olaf, need)
    with pytest.raises(Refused):
        actions.change_need(world.ben, need, text="Nine asked.")
    actions.change_need(world.olaf, need, topic_id=topic("work").id)
    assert (need.text, need.topic) == ("Seven asked.", topic("work"))
    assert OfficeDesk.the().room.number > 0


def test_two_who_say_a_need_better_at_once_overwrite_nothing_unseen(world: World, sign_in: SignIn) -> None:
    need = observed(world.ben, text="Three asked.", place="Mill Lane")
    ben, olaf = sign_in(world.ben), sign_in(world.olaf)
    address = f"/needs/{need.id}/edit"
    form_of_ben, form_of_olaf = ben.get(address).text, olaf.get(address).text
    assert ben.post(address, data=filled(form_of_ben, text="Seven mothers asked.")).status_code == 303
    # What Olaf leaves as it was stays as Ben has set it since.
    assert olaf.post(address, data=filled(form_of_olaf, place="Station")).status_code == 303
    assert (need.text, need.place) == ("Seven mothers asked.", "Station")
    # Where both have set the same, the later one reads what the other set, and keeps what they typed.
    answer = olaf.post(address, data=filled(form_of_olaf, text="Some asked.", title="No course"))
    assert answer.status_code == 409 and need.text == "Seven mothers asked." and need.title == TITLE
    page = html.fromstring(answer.text)
    assert "Seven mothers asked." in page.xpath("//dl")[0].text_content()
    assert filled(answer.text)["text"].strip() == "Some asked." and filled(answer.text)["place"] == "Station"
    assert olaf.post(address, data=filled(answer.text)).status_code == 303
    assert (need.text, need.title, need.place) == ("Some asked.", "No course", "Station")


def test_a_form_that_was_sent_already_or_remembers_nonsense_is_no_clash(
    world: World, sign_in: SignIn
) -> None:
    need, ben = observed(world.ben), sign_in(world.ben)
    address = f"/needs/{need.id}/edit"
    facts = filled(ben.get(address).text, text="Seven asked.")
    assert [ben.post(address, data=facts).status_code for _time in range(2)] == [303, 303]
    for seen in ("", "[", "[]", '{"text": 7, "title": {}}', '{"odd": "x"}'):
        facts = {**filled(ben.get(address).text, text=f"Now {seen}"), "seen": seen}
        assert ben.post(address, data=facts).status_code == 303
        assert need.text == f"Now {seen}".strip()


@pytest.mark.parametrize(
    "typed",
    ["Elternbriefe sind zu schwer", "Es ist zu schwer", "Briefe in leichter Sprache", "Unterlagen verstehen"],
)
def test_words_that_only_begin_alike_say_nothing_of_each_other(world: World, typed: str) -> None:
    for title in ("Kein Schwimmkurs für Kinder", "Sprechstunde am Abend", "Keine Unterkunft am Ort"):
        confirmed(world, title)
    assert alike(world.ben, Wanted(typed)) == []


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Kita", "Es gibt zu wenige Kitaplätze"),
        ("Dolmetscher beim Arzt", "Beim Arztbesuch übersetzt niemand"),
        ("Betreuung während des Kurses", "Kein Deutschkurs mit Kinderbetreuung am Vormittag"),
        ("Große Familien suchen Wohnungen", "Familien mit vier Kindern finden keine Wohnung"),
        ("Elternbriefe sind zu schwer", "Eltern verstehen die Briefe der Schule nicht"),
        ("Schwimmen lernen", "Kein Schwimmkurs für Kinder, die noch wenig Deutsch sprechen"),
        ("Hilfe bei Anträgen", "Niemand hilft beim Ausfüllen von Anträgen"),
        ("Interpreter at the doctor", "Nobody interprets when people see a doctor"),
        ("مترجم عند الطبيب", "لا أحد يترجم في زيارة الطبيب"),
        ("Перекладач у лікаря", "У лікарні ніхто не перекладає"),
    ],
)
def test_the_same_in_other_words_is_found_by_their_stems_also_without_scripts(
    world: World, sign_in: SignIn, typed: str, there: str
) -> None:
    confirmed(world, there)
    confirmed(world, "Kein Internet in der Unterkunft")
    assert [one.title for one in alike(world.ben, Wanted(typed))] == [there]
    ben = sign_in(world.ben)
    facts = filled(ben.get("/needs/new").text, title=typed, topic_id=topic().id)
    assert alike_on(ben.post("/needs/new", data=facts).text) == [there]
