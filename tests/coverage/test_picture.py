"""What is missing where, beside what there is: counted, ordered, and read by those who may."""

import csv
import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from lxml import html

from network.coverage import counting
from network.coverage.counting import WHOLE_DISTRICT, By
from network.directory.models import Municipality, Topic
from network.extensions import db
from network.groups.models import Visibility
from network.loop import actions as linking
from network.needs import actions
from network.needs.models import Need
from network.people.models import Affiliation
from tests.clients import Reader
from tests.goals.makers import adopted
from tests.load.goals import fill
from tests.world import World, join, make_group, make_organisation

SignIn = Callable[..., Reader]


class Map:
    """Two topics, two municipalities, and who is active there.

    The parish lies in Auenstadt and the school in none; both have somebody in Language, whose topic is
    language. Ben of the parish speaks Arabic.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.language = Topic(slug="language", place=0, names={"en": "Language", "de": "Sprache"})
        self.housing = Topic(slug="housing", place=1, names={"en": "Housing", "de": "Wohnen"})
        self.town = Municipality(place=0, name="Auenstadt")
        self.village = Municipality(place=1, name="Neuhof")
        db.session.add_all([self.language, self.housing, self.town, self.village])
        world.language.topics = [self.language]
        db.session.flush()
        world.parish.municipality_id = self.town.id
        world.ben.spoken = ["de", "ar"]
        db.session.commit()

    def missing(self, topic: Topic | None, place: Municipality | None, *languages: str) -> Need:
        """A need that the Office has observed, and so confirmed."""
        need: Need = actions.observe(
            self.world.olaf,
            self.world.desk,
            title=f"Something {db.session.query(Need).count()}",
            topic_id=topic.id if topic else None,
            municipality_id=place.id if place else None,
            languages=languages,
        )
        return need

    def numbers(self, user: Any, by: By, key: Any, topic: Topic) -> tuple[int, int, int]:
        """How many needs, organisations and goals somebody is told of."""
        spot = counting.picture(user, by).spots[key, topic.id]
        return len(spot.needs), len(spot.organisations), len(spot.goals)


@pytest.fixture
def district(world: World) -> Map:
    """See `Map`."""
    return Map(world)


def test_needs_count_where_they_are_missing_and_organisations_where_they_are(
    world: World, district: Map
) -> None:
    district.missing(district.language, district.town)
    district.missing(district.language, district.village)
    district.missing(district.housing, district.village)
    district.missing(district.language, None)
    settled = district.missing(district.housing, district.village)
    actions.meet(world.olaf, settled, words="There is a flat now.")
    actions.observe(world.ben, world.desk, title="Not looked at yet", organisation_id=world.parish.id)
    places = (WHOLE_DISTRICT, district.town.id, district.village.id)
    found = [
        [district.numbers(world.kira, By.MUNICIPALITY, place, topic) for place in places]
        for topic in (district.language, district.housing)
    ]
    assert found == [[(1, 1, 0), (1, 1, 0), (1, 0, 0)], [(0, 0, 0), (0, 0, 0), (1, 0, 0)]]
    thin = counting.picture(world.kira, By.MUNICIPALITY).thinnest(2)
    assert [(spot.topic.id, spot.where.name, spot.thinness) for spot in thin] == [
        (district.language.id, "Neuhof", 1),
        (district.housing.id, "Neuhof", 1),
    ]


def test_an_organisation_counts_in_the_languages_of_its_people(world: World, district: Map) -> None:
    district.missing(district.language, district.town, "ar", "uk")
    district.missing(district.language, None, "uk")
    district.missing(district.language, None)
    assert district.numbers(world.kira, By.LANGUAGE, "ar", district.language) == (1, 1, 0)
    assert district.numbers(world.kira, By.LANGUAGE, "uk", district.language) == (2, 0, 0)
    picture = counting.picture(world.kira, By.LANGUAGE)
    assert [row.key for row in picture.rows] == ["ar", "de", "uk"], "by their names"
    assert picture.unplaced == 1, "the one that names no language"


def test_goals_that_serve_a_need_count_with_it_from_whichever_end_it_was_said(
    world: World, district: Map
) -> None:
    first, second = (district.missing(district.housing, district.village) for _time in range(2))
    goal = adopted(world, world.housing, "Rooms for all", organisations=[], topics=[])
    linking.link(world.olaf, goal, to_id=first.id, kind="serves")
    linking.link(world.olaf, second, to_id=goal.id, kind="serves_back")
    assert district.numbers(world.kira, By.MUNICIPALITY, district.village.id, district.housing) == (2, 0, 1)
    [spot] = counting.picture(world.kira, By.MUNICIPALITY).thinnest(9)
    assert spot.thinness == Fraction(2, 2)
    # Who contributes to a goal of a topic is active in it.
    other = adopted(world, world.language, "Words for rooms")
    other.topics, other.organisations = [district.housing], [world.parish]
    db.session.commit()
    assert district.numbers(world.kira, By.MUNICIPALITY, district.town.id, district.housing) == (0, 1, 0)


def test_what_a_closed_group_does_is_told_to_those_who_may_read_it(
    world: World, district: Map, sign_in: SignIn
) -> None:
    shelter = make_organisation(world, "A shelter nobody shall find", "support-service")
    shelter.municipality_id = district.village.id
    db.session.add(Affiliation(person_id=world.mo.id, organisation_id=shelter.id))
    world.closed.topics = [district.housing]
    db.session.commit()
    need = district.missing(district.housing, district.village)
    goal = adopted(world, world.closed, "A secret goal")
    linking.link(world.olaf, goal, to_id=need.id, kind="serves")
    spot = (By.MUNICIPALITY, district.village.id, district.housing)
    assert district.numbers(world.kira, *spot) == (1, 0, 0)
    assert district.numbers(world.olaf, *spot) == (1, 1, 1)
    address = f"/coverage/{district.housing.id}/municipality/{district.village.id}"
    shown, known = sign_in(world.kira).get(address).text, sign_in(world.olaf).get(address).text
    assert need.title in shown and "A shelter" not in shown and "A secret" not in shown
    assert "A shelter" in known and "A secret" in known
    assert sign_in(world.nina).get(address).status_code == 404


def test_who_has_left_or_only_visits_keeps_no_organisation_active(world: World, district: Map) -> None:
    db.session.add(Affiliation(person_id=world.guel.id, organisation_id=world.school.id))
    other = make_group(world, "Flats", visibility=Visibility.NETWORK)
    other.topics = [district.housing]
    for person, place in ((world.guel, "guest"), (world.ben, "member")):
        join(other, person, place)
    world.ben.state = "left"
    db.session.commit()
    place = WHOLE_DISTRICT
    assert counting.picture(world.kira, By.MUNICIPALITY).spots[place, district.housing.id].is_empty
    assert district.numbers(world.kira, By.MUNICIPALITY, district.town.id, district.language) == (0, 0, 0)


def test_the_picture_is_a_table_with_heads_whose_cells_lead_on(
    world: World, district: Map, sign_in: SignIn
) -> None:
    need = district.missing(district.housing, district.village)
    kira = sign_in(world.kira)
    page = html.fromstring(kira.get("/coverage").text)
    [table] = page.xpath("//table")
    heads = [head.text_content().strip() for head in table.xpath(".//thead//th[@scope='col']")]
    rows = [head.text_content().strip() for head in table.xpath(".//tbody//th[@scope='row']")]
    assert heads == ["Municipality", "Language", "Housing"]
    assert rows == ["The whole district", "Auenstadt", "Neuhof"]
    [cell] = table.xpath(".//tbody/tr[3]/td[2]")
    assert cell.xpath("normalize-space(.//a)") == "1 need nobody active"
    assert page.xpath("normalize-space(//*[@id='thinnest']//li//p)") == "seen 1 time, nobody active, no goal"
    [first] = page.xpath("//*[@id='thinnest']//li//a")
    assert first.get("href") == cell.xpath(".//a/@href")[0]
    shown = kira.get(first.get("href"))
    assert need.title in shown.text
    # Where nobody is active there is something to do.
    deeds = html.fromstring(shown.text).xpath("//*[@id='next']//a/@href")
    new = f"/needs/new?topic_id={district.housing.id}&municipality_id={district.village.id}"
    assert deeds == [new, f"/needs/{need.id}#next"]
    ways = {
        kira.get(way).status_code
        for way in [*table.xpath(".//a/@href"), *html.fromstring(shown.text).xpath("//main//a/@href")]
    }
    assert ways == {200}


def test_what_no_address_names_is_not_there(world: World, district: Map, sign_in: SignIn) -> None:
    kira = sign_in(world.kira)
    topic, place = district.language.id, district.town.id
    for wrong in (
        f"{topic}/municipality/99999",
        f"{topic}/municipality/%00",
        f"{topic}/language/klingon",
        f"{topic}/people/{place}",
        f"99999/municipality/{place}",
        f"x/municipality/{place}",
    ):
        assert kira.get(f"/coverage/{wrong}").status_code == 404, wrong
    assert kira.get("/coverage?by=nothing").status_code == 200


def test_the_numbers_come_as_a_file_too(world: World, district: Map, sign_in: SignIn) -> None:
    district.village.name = "=Neuhof"
    db.session.commit()
    district.missing(district.housing, district.village)
    district.missing(district.housing, district.village)
    kira = sign_in(world.kira)
    lines = list(csv.reader(io.StringIO(kira.get("/coverage.csv").text.removeprefix("\ufeff"))))
    assert lines[0][:2] == ["Topic", "Municipality"]
    assert len(lines) == 7
    assert ["Housing", "'=Neuhof", "2", "0", "0", "2"] in lines
    # In German a spreadsheet tells columns apart by semicolons, and decimals by a comma.
    district.missing(district.language, district.town)
    world.kira.language = "de"
    db.session.commit()
    text = kira.get("/coverage.csv").text.removeprefix("\ufeff")
    assert text.startswith("Thema;Stadt oder Gemeinde;Bedarfe;") and "Sprache;Auenstadt;1;1;0;0,5\r\n" in text


@pytest.mark.one_database
def test_pages_with_many_needs_and_goals_stay_small(world: World, sign_in: SignIn, statements: Any) -> None:
    filled = fill(world, goals=40, reports=40, needs=120, organisations=15)
    kira = sign_in(world.kira)
    spot = f"/coverage/{filled.topics[0].id}/municipality/{filled.places[0].id}"
    for address in ("/goals", "/needs", "/coverage", "/coverage?by=language", spot):
        kira.get(address)
        with statements() as sent:
            page = kira.get(address)
        assert len(sent) <= 8, f"{address}: {sent}"
        assert len(page.data) < 60_000, address
