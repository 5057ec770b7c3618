"""Making the network: what has to be there before the first action can find a room."""

from network.directory.models import Network, Topic
from network.extensions import db
from network.people.models import OfficeDesk, Person, PersonState, Role
from network.things import Room

# A first topic list, which the Office changes as it likes; names by language.
TOPICS = [
    ("language", "message-circle", "Sprache und Verständigung", "Language", "اللغة والتواصل"),
    ("housing", "home", "Wohnen und Unterbringung", "Housing", "السكن والإيواء"),
    ("work", "briefcase", "Arbeit und Anerkennung", "Work and recognition", "العمل والاعتراف بالمؤهلات"),
    (
        "education",
        "school",
        "Kita, Schule und Ausbildung",
        "Childcare, school and training",
        "الحضانة والمدرسة والتدريب",
    ),
    ("health", "stethoscope", "Gesundheit und seelische Hilfe", "Health", "الصحة والدعم النفسي"),
    ("residence", "certificate", "Aufenthalt und Recht", "Residence and law", "الإقامة والقانون"),
    ("family", "mood-kid", "Familie und Jugend", "Family and youth", "الأسرة والشباب"),
    (
        "protection",
        "lock",
        "Schutz vor Gewalt und Diskriminierung",
        "Protection",
        "الحماية من العنف والتمييز",
    ),
    ("encounter", "coffee", "Begegnung und Ehrenamt", "Encounter and volunteering", "اللقاء والتطوع"),
    ("arrival", "map-pin", "Ankommen und Orientierung", "Arrival and orientation", "الوصول والتوجيه"),
    (
        "participation",
        "speakerphone",
        "Teilhabe und politische Bildung",
        "Participation",
        "المشاركة والتثقيف السياسي",
    ),
]


def set_up(
    *, network: str, district: str, state: str, email: str, name: str, password_hash: str
) -> tuple[Network, Person]:
    """Make the network, the Office's desk, the topic list and the first person of the Office.

    The one change of state that is no action: there is nobody yet who might do it and no room where it
    could be heard. Raises ValueError if it has been done before.
    """
    if Network.the() is not None:
        raise ValueError("this network has been set up already")
    rooms = [Room() for _thing in range(3)]  # the network's, the desk's, the person's
    db.session.add_all(rooms)
    db.session.flush()
    root = Network(name=network, district=district, state=state, room_id=rooms[0].id, owns_room=True)
    db.session.add(root)
    db.session.flush()
    desk = OfficeDesk(parent_id=root.id, room_id=rooms[1].id, owns_room=True)
    first = Person(
        parent_id=root.id,
        room_id=rooms[2].id,
        owns_room=True,
        email=email.lower(),
        name=name,
        password_hash=password_hash,
        state=PersonState.ADMITTED,
        role=Role.OFFICE,
        administers=True,
    )
    db.session.add_all([desk, first])
    for place, (slug, icon, german, english, arabic) in enumerate(TOPICS):
        names = {"de": german, "en": english, "ar": arabic}
        db.session.add(Topic(slug=slug, place=place, icon=icon, names=names))
    db.session.commit()
    Network.forget_facts()
    return root, first
