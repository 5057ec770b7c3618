"""Long work lets others go on: in a process of its own, since the tests are not under gevent."""

import subprocess
import sys

PROGRAM = """
from gevent import monkey
monkey.patch_all()
import time
import gevent
from network.cores import in_turns

answered = 0


def others():
    global answered
    while True:
        answered += 1
        gevent.sleep(0.001)


other = gevent.spawn(others)
parts = 0
for part in in_turns(range(2000)):
    begun, parts = time.monotonic(), parts + 1
    while time.monotonic() - begun < 0.0002:
        pass
print(parts, answered)
"""


def test_who_waits_has_a_turn_between_the_parts_of_long_work_yet_not_after_each() -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    parts, answered = map(int, said.stdout.split())
    assert parts == 2000  # each of them once
    assert 3 <= answered < 500  # work of 0.4 s, in which nobody else would have been answered


REFUSED = """
from gevent import monkey
monkey.patch_all()
from network.changes import Invalid
from network.files.store import apart


def check():
    raise Invalid(file="Not this one.")


try:
    apart(check)
except Invalid as invalid:
    print(invalid.errors["file"][0])
"""


def test_an_upload_that_is_refused_is_no_error_in_the_log() -> None:
    said = subprocess.run(
        [sys.executable, "-c", REFUSED], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "Not this one." and "Traceback" not in said.stderr
