"""Files are taken by what they are, seen by who sees their place, and gone when they are erased."""

import hashlib
import io
import itertools
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, PngImagePlugin
from sqlalchemy import select

from network.changes import Change, Invalid
from network.extensions import db
from network.files import actions, store
from network.files.jobs import sweep_files
from network.files.models import File
from network.files.store import Stored, path_of
from tests.clients import Ear, Reader
from tests.world import World, make_item, make_meeting

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A picture, red at the left and blue at the right."""
    drawn = Image.new("RGB", size, (255, 0, 0))
    drawn.paste((0, 0, 255), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def archive(**members: str | bytes) -> bytes:
    """A zip; `__` in a name stands for what a keyword cannot have."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__types", "[Content_Types].xml"), content)
    return out.getvalue()


def office(kind: str, **more: str | bytes) -> bytes:
    """What a Word, Excel or PowerPoint file has at its heart."""
    said = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override ContentType="{said}"/></Types>'
    return archive(__types=types, **more)


def open_document(kind: str) -> bytes:
    return archive(mimetype=f"application/vnd.oasis.opendocument.{kind}", content="<x/>")


def taken(content: bytes, name: str) -> Stored:
    return store.store(io.BytesIO(content), name)


def in_english(app: Flask) -> AbstractContextManager[Any]:
    """The request of somebody who reads English."""
    return app.test_request_context(headers={"Accept-Language": "en"})


def opened(kept: Stored) -> Image.Image:
    return Image.open(path_of(kept.sha256))


@pytest.mark.one_database  # bytes are read, no data
@pytest.mark.parametrize(
    ("content", "name", "kept_as", "media_type"),
    ids=itertools.count(),
    argvalues=[
        (PDF, "Protokoll.pdf", "Protokoll.pdf", "application/pdf"),
        (PDF, "Protokoll.exe", "Protokoll.exe.pdf", "application/pdf"),
        (PDF, "../../etc/passwd", "passwd.pdf", "application/pdf"),
        (PDF, "C:\\Ordner\\Plan.PDF", "Plan.pdf", "application/pdf"),
        (PDF, "", "file.pdf", "application/pdf"),
        (PDF, "a\u202efdp.exe\r\nX: y", "afdp.exe X y.pdf", "application/pdf"),
        (PDF, "x" * 400 + ".pdf", "x" * 114 + ".pdf", "application/pdf"),
        (office("wordprocessingml.document"), "Brief.docx", "Brief.docx", "wordprocessingml.document"),
        (office("spreadsheetml.sheet"), "Liste.xlsx", "Liste.xlsx", "spreadsheetml.sheet"),
        (
            office("presentationml.presentation"),
            "Vortrag.zip",
            "Vortrag.zip.pptx",
            "presentationml.presentation",
        ),
        (open_document("text"), "Brief.odt", "Brief.odt", "opendocument.text"),
        (open_document("spreadsheet"), "L.ods", "L.ods", "opendocument.spreadsheet"),
        (open_document("presentation"), "V.odp", "V.odp", "opendocument.presentation"),
        (b"Guten Tag", "a.txt", "a.txt", "text/plain"),
        ("Größe;1\n".encode("cp1252"), "a.csv", "a.csv", "text/csv"),
        ("Größe".encode("utf-16"), "a.md", "a.md", "text/markdown"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "t.ics", "t.ics", "text/calendar"),
        (b"<script>alert(1)</script>", "a.txt", "a.txt", "text/plain"),
        (picture(), "Foto.jpeg", "Foto.jpg", "image/jpeg"),
        (picture("PNG"), "Foto.jpg", "Foto.png", "image/png"),
        (picture("WEBP"), "Foto", "Foto.webp", "image/webp"),
        (picture("GIF"), "Foto.gif", "Foto.png", "image/png"),
    ],
)
def test_a_file_is_known_by_its_content_and_named_for_people(
    app: Flask, content: bytes, name: str, kept_as: str, media_type: str
) -> None:
    kept = taken(content, name)
    assert kept.name == kept_as
    assert kept.media_type.endswith(media_type)
    assert path_of(kept.sha256).stat().st_size == kept.size
    assert hashlib.sha256(path_of(kept.sha256).read_bytes()).hexdigest() == kept.sha256


@pytest.mark.one_database  # bytes are read, no data
@pytest.mark.parametrize(
    ("content", "name"),
    ids=itertools.count(),
    argvalues=[
        (b"", "leer.pdf"),
        (b"MZ\x90\x00" + b"\0" * 100, "Rechnung.pdf"),
        (b"\x7fELF" + b"\0" * 100, "a.txt"),
        (b"<html><script>alert(1)</script></html>", "a.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png"),
        (archive(evil="x"), "a.zip"),
        (archive(evil="x"), "a.docx"),
        (office("wordprocessingml.document", **{"word/vbaProject.bin": b"x"}), "Makro.docx"),
        (b"PK\x03\x04" + b"\0" * 60, "kaputt.docx"),
        (archive(mimetype="application/epub+zip"), "a.odt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "alt.doc"),
        (picture()[:200], "halb.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "kaputt.png"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "a.heic"),
        (b"text\0mit Null", "a.txt"),
        (b"#!/bin/sh\nrm -rf /\n", "a.sh"),
        (b"Guten Tag", "ohne"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(
    app: Flask, content: bytes, name: str
) -> None:
    before = everything(app)
    with in_english(app), pytest.raises(Invalid) as refused:
        taken(content, name)
    assert len(str(refused.value.errors["file"][0])) > 15
    assert everything(app) == before


def everything(app: Flask) -> set[Path]:
    return set((Path(app.instance_path) / "files").glob("*/*"))


def test_a_file_that_is_too_large_is_refused(app: Flask) -> None:
    app.config["MAX_FILE_BYTES"] = 1024 * 1024
    taken(PDF + b" " * (1024 * 1024 - len(PDF)), "a.pdf")
    with in_english(app), pytest.raises(Invalid, match="1 MB"):
        taken(PDF + b" " * 1024 * 1024, "a.pdf")


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(app: Flask) -> None:
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert bomb.tell() < 200_000
    with in_english(app), pytest.raises(Invalid, match="pixels"):
        taken(bomb.getvalue(), "bombe.png")


def test_a_picture_loses_place_camera_and_comments_and_stands_upright(app: Flask) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    exif[0x010F] = "Camera of Anke"
    exif.get_ifd(0x8825)[2] = (52.0, 1.0, 2.0)
    kept = opened(taken(picture(exif=exif.tobytes(), comment=b"secret"), "a.jpg"))
    assert kept.size == (40, 60)
    red, _green, blue = kept.convert("RGB").getpixel((20, 5))  # type: ignore[misc]  # an RGB pixel
    assert red > 200 > blue
    assert not kept.getexif()
    assert b"Anke" not in path_bytes(kept)
    assert b"secret" not in path_bytes(kept)


def path_bytes(kept: Image.Image) -> bytes:
    return Path(kept.filename).read_bytes()  # type: ignore[attr-defined]  # opened from a file


def test_a_picture_s_texts_are_left_out_and_what_is_seen_through_stays(app: Flask) -> None:
    drawn, texts = Image.new("RGBA", (10, 10), (0, 0, 0, 0)), PngImagePlugin.PngInfo()
    texts.add_text("Author", "Anke Krämer")
    out = io.BytesIO()
    drawn.save(out, "PNG", pnginfo=texts)
    kept = opened(taken(out.getvalue(), "a.png"))
    assert kept.getpixel((1, 1)) == (0, 0, 0, 0)
    assert b"Anke" not in path_bytes(kept)


def test_a_large_picture_becomes_smaller(app: Flask) -> None:
    kept = taken(picture(size=(4000, 2000)), "a.jpg")
    assert opened(kept).size == (kept.width, kept.height) == (3000, 1500)


def test_a_picture_that_was_taken_upright_keeps_its_place_upright(app: Flask) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # lies on its side, to be turned by a quarter
    kept = taken(picture(size=(60, 40), exif=turned), "a.jpg")
    assert opened(kept).size == (kept.width, kept.height) == (40, 60)
    assert (taken(PDF, "a.pdf").width, taken(PDF, "a.pdf").height) == (None, None)


def test_equal_content_lies_there_once(app: Flask) -> None:
    first, second = taken(PDF, "a.pdf"), taken(PDF, "b.pdf")
    assert first.sha256 == second.sha256
    assert (first.name, second.name) == ("a.pdf", "b.pdf")


# At a thing


@pytest.fixture
def attached(world: World) -> File:
    """A file that Anke, the lead, put at the closed circle's neighbour: the group Language."""
    kept: File = actions.attach(world.anke, world.language, upload=taken(PDF + b"%1", "Plan für März.pdf"))
    return kept


def address(file: File) -> str:
    return f"/files/{file.id}/{file.name}"


def test_a_lead_adds_a_file_and_everybody_in_the_room_hears_of_it(
    world: World, sign_in: Callable[..., Reader], listen: Callable[..., Ear]
) -> None:
    ear = listen(world.ben, world.language)
    answer = sign_in(world.anke).post(
        f"/things/{world.language.id}/files", data={"file": (io.BytesIO(PDF + b"%2"), "Plan.pdf")}
    )
    assert answer.status_code == 303
    [file] = db.session.scalars(select(File)).all()
    assert (file.parent_id, file.room_id, file.created_by_id) == (
        world.language.id,
        world.language.room_id,
        world.anke.id,
    )
    assert f'id="file_{file.id}"' in ear.html()
    assert "Plan.pdf" in ear.html()


@pytest.mark.parametrize("who", ["ben", "guel", "olena", "lev"])
def test_who_may_not_add_files_is_refused_and_nothing_is_kept(
    world: World, app: Flask, sign_in: Callable[..., Reader], who: str
) -> None:
    before = everything(app)
    answer = sign_in(getattr(world, who)).post(
        f"/things/{world.language.id}/files", data={"file": (io.BytesIO(b"%PDF- of nobody"), "Plan.pdf")}
    )
    assert answer.status_code == 403
    assert db.session.scalars(select(File)).all() == []
    assert everything(app) == before
    assert world.language.room.number == 0


def test_where_nobody_says_who_may_nobody_may(world: World, sign_in: Callable[..., Reader]) -> None:
    answer = sign_in(world.olaf).post(
        f"/things/{world.school.id}/files", data={"file": (io.BytesIO(PDF), "Plan.pdf")}
    )
    assert answer.status_code == 403


def test_a_bad_file_comes_back_with_the_form_and_what_is_wrong(
    world: World, sign_in: Callable[..., Reader]
) -> None:
    for data in ({}, {"file": (io.BytesIO(b""), "")}, {"file": (io.BytesIO(b"MZ" + b"\0" * 50), "a.pdf")}):
        answer = sign_in(world.anke).post(f"/things/{world.language.id}/files", data=data)
        assert answer.status_code == 422
        assert "enctype" in answer.text
        assert "nw-field--error" in answer.text
    assert db.session.scalars(select(File)).all() == []


def test_the_form_is_only_for_those_who_may(world: World, sign_in: Callable[..., Reader]) -> None:
    path = f"/things/{world.language.id}/files/new"
    assert sign_in(world.anke).get(path).status_code == 200
    assert sign_in(world.ben).get(path).status_code == 403


@pytest.mark.parametrize(
    ("place", "who", "status"),
    [
        ("language", "ben", 200),
        ("language", "guel", 200),
        ("language", "olena", 200),
        ("language", None, 404),
        ("housing", "olena", 200),
        ("housing", None, 404),
        ("closed", "mo", 200),
        ("closed", "olaf", 200),
        ("closed", "olena", 404),
        ("closed", None, 404),
    ],
)
def test_a_file_is_seen_by_those_who_may_read_its_place(
    world: World, client: Reader, sign_in: Callable[..., Reader], place: str, who: str | None, status: int
) -> None:
    file = actions.attach(world.olaf, getattr(world, place), upload=taken(PDF, "Plan.pdf"))
    reader = client if who is None else sign_in(getattr(world, who))
    assert reader.get(address(file)).status_code == status


def test_a_file_is_saved_and_never_run(world: World, attached: File, sign_in: Callable[..., Reader]) -> None:
    answer = sign_in(world.ben).get(address(attached))
    assert answer.data == PDF + b"%1"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''Plan%20f%C3%BCr%20M%C3%A4rz.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "private" in answer.headers["Cache-Control"]


def test_html_in_a_text_file_stays_text(world: World, sign_in: Callable[..., Reader]) -> None:
    file = actions.attach(world.anke, world.language, upload=taken(b"<script>alert(1)</script>", "a.txt"))
    answer = sign_in(world.ben).get(address(file))
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_is_shown_in_the_page(world: World, sign_in: Callable[..., Reader]) -> None:
    file = actions.attach(world.anke, world.language, upload=taken(picture(), "Foto.jpg"))
    answer = sign_in(world.ben).get(address(file))
    assert answer.mimetype == "image/jpeg"
    assert not answer.headers["Content-Disposition"].startswith("attachment")


def test_a_browser_that_has_it_is_told_so_and_a_part_is_given(
    world: World, attached: File, sign_in: Callable[..., Reader]
) -> None:
    reader = sign_in(world.ben)
    etag = reader.get(address(attached)).headers["ETag"]
    assert reader.get(address(attached), headers={"If-None-Match": etag}).status_code == 304
    piece = reader.get(address(attached), headers={"Range": "bytes=0-4"})
    assert (piece.status_code, piece.data) == (206, b"%PDF-")


def test_the_name_in_the_address_does_not_matter_and_the_number_does(
    world: World, attached: File, sign_in: Callable[..., Reader]
) -> None:
    reader = sign_in(world.ben)
    assert reader.get(f"/files/{attached.id}/anything/at/all").status_code == 200
    for id in ("0", "-1", "x", "99999999", "9" * 30, world.language.id):
        assert reader.get(f"/files/{id}/Plan.pdf").status_code == 404


def test_removing_can_be_undone(world: World, attached: File, sign_in: Callable[..., Reader]) -> None:
    reader = sign_in(world.anke)
    assert reader.post(f"/files/{attached.id}/remove").status_code == 303
    assert reader.get(address(attached)).status_code == 404
    assert reader.post(f"/files/{attached.id}/restore").status_code == 303
    assert reader.get(address(attached)).status_code == 200
    verbs = db.session.scalars(
        select(Change.verb).where(Change.thing_id == attached.id).order_by(Change.id)
    ).all()
    assert verbs == ["attached", "removed", "restored"]


def test_others_cannot_remove_a_file(world: World, attached: File, sign_in: Callable[..., Reader]) -> None:
    assert sign_in(world.ben).post(f"/files/{attached.id}/remove").status_code == 403
    assert sign_in(world.ben).get(address(attached)).status_code == 200


def test_who_added_a_file_may_remove_it(world: World) -> None:
    meeting = make_meeting(world.language)
    item = make_item(meeting, "Kita", 1)
    db.session.commit()
    file = actions.attach(world.anke, item, upload=taken(PDF, "a.pdf"))
    file.created_by_id = world.ben.id
    db.session.commit()
    actions.remove_file(world.ben, file)
    assert file.removed_at is not None


def test_erasing_deletes_the_content_unless_it_also_lies_elsewhere(world: World) -> None:
    upload = taken(PDF + b"%3", "Namen.pdf")
    here = actions.attach(world.anke, world.language, upload=upload)
    there = actions.attach(world.lev, world.housing, upload=upload)
    actions.erase_file(world.olaf, here)
    assert path_of(upload.sha256).exists()
    assert (here.name, here.sha256) == ("", "")
    actions.erase_file(world.olaf, there)
    assert not path_of(upload.sha256).exists()


def test_what_was_erased_cannot_be_brought_back(
    world: World, attached: File, sign_in: Callable[..., Reader]
) -> None:
    actions.erase_file(world.olaf, attached)
    assert sign_in(world.anke).post(f"/files/{attached.id}/restore").status_code == 403
    assert sign_in(world.anke).get(f"/files/{attached.id}/x").status_code == 404


def test_only_the_office_erases(world: World, attached: File) -> None:
    with pytest.raises(actions.Refused):
        actions.erase_file(world.anke, attached)
    assert path_of(attached.sha256).exists()


def test_content_that_belongs_to_nobody_is_swept_away_after_a_day(
    world: World, attached: File, clock: Any
) -> None:
    orphan = taken(b"%PDF- of nobody", "a.pdf")
    kept = taken(PDF + b"%1", "again.pdf")
    sweep_files()
    assert path_of(orphan.sha256).exists(), "its action may still be running"
    clock.shift(25 * 3600)
    sweep_files()
    assert not path_of(orphan.sha256).exists()
    assert path_of(kept.sha256).exists()


def test_uploads_have_a_rate(world: World, app: Flask, sign_in: Callable[..., Reader]) -> None:
    app.config["RATE_UPLOADS_ACCOUNT"] = "2 per minute"
    reader = sign_in(world.anke)
    path = f"/things/{world.language.id}/files"
    answers = [reader.post(path, data={"file": (io.BytesIO(PDF), "a.pdf")}).status_code for _try in range(3)]
    assert answers == [303, 303, 429]
    assert len(db.session.scalars(select(File)).all()) == 2


def test_pictures_are_drawn_one_after_another() -> None:
    both = threading.Barrier(2, timeout=0.2)

    def draw() -> bool:
        try:
            both.wait()
        except threading.BrokenBarrierError:
            return False
        return True

    with ThreadPoolExecutor(2) as two:
        assert not any(two.map(lambda _number: store.apart(draw), range(2)))
