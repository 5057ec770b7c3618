"""The house stands as it was planned. Each failure names the file and what is wrong in it."""

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import pytest
from flask import Flask

from network import FEATURES
from network.things import Thing
from tests.inspection import ATTRIBUTES_READ_ALOUD

pytestmark = pytest.mark.one_database  # the program is read, no data

ROOT = Path(__file__).parent.parent
NETWORK = ROOT / "network"
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "static" / "src" / "css"
SCRIPTS = ROOT / "static" / "src" / "js"

# What may be imported by all that comes after it. Modules of one step may import each other only downwards.
STEPS = [
    ["catalogues", "config", "cores", "quotes", "extensions", "wire"],
    ["things", "transactions"],
    ["fragments", "broadcast"],
    ["changes", "incoming"],
    ["forms", "texts", "menus", "dates", "doors"],
    ["tables"],
    [
        "links",
        "jobs",
        "letters",
        "files",
        "error_record",
        "unsent",
        "errors",
        "hot",
        "live",
        "health",
        "search",
        "search_entries",
    ],
    *[[feature] for feature in FEATURES],
    ["demo", "setup"],
    ["commands"],
    ["__init__"],
]
STEP = {name: number for number, step in enumerate(STEPS) for name in step}
INSIDE = ["models", "policy", "actions", "forms", "jobs", "live", "views"]
ATTICS = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "lib",
    "misc",
    "services",
    "service",
    "process",
    "manager",
}

MODULES = sorted(NETWORK.rglob("*.py"))
PAGES = sorted(TEMPLATES.rglob("*.html"))


def named(path: Path) -> str:
    """How a failing test calls a file."""
    return str(path.relative_to(ROOT))


def for_each(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """A test of every one of these files, which names all in which something is wrong.

    One test for each file and rule would be three thousand: to tell of them took longer than to try them.
    """

    def decorate(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            faults = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as fault:
                    faults.append(str(fault))
            assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)

        return test

    return decorate


@cache
def parsed(path: Path) -> ast.Module:
    """A module as a tree."""
    return ast.parse(path.read_text())


# Imports


def place(path: Path) -> tuple[str, str]:
    """A module's step and, inside a feature, its file: ("meetings", "views") or ("changes", "")."""
    parts = path.relative_to(NETWORK).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def imports(tree: ast.AST, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every module of ours that a file imports, as (line, parts below `network`)."""
    package = ["network", *path.relative_to(NETWORK).parts[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "network":
                    yield node.lineno, alias.name.split(".")[1:]
        elif isinstance(node, ast.ImportFrom):
            origin = (node.module or "").split(".") if node.module else []
            if node.level:
                origin = package[: len(package) - node.level + 1] + origin
            if origin and origin[0] == "network":
                for alias in node.names:
                    yield node.lineno, [*origin[1:], alias.name]


def is_module(parts: list[str]) -> bool:
    return NETWORK.joinpath(*parts).is_dir() or NETWORK.joinpath(*parts).with_suffix(".py").exists()


@for_each(MODULES)
def test_imports_look_upstream_only(path: Path) -> None:
    here, file = place(path)
    assert here in STEP, f"{named(path)} has no place in the order; give it one in this test and in FEATURES"
    for line, parts in imports(parsed(path), path):
        at = f"{named(path)}:{line} imports network.{'.'.join(parts)}"
        there = parts[0] if parts and is_module(parts[:1]) else "__init__"
        if here == "__init__" and not file:
            continue
        assert STEP[there] <= STEP[here], f"{at}, which is downstream of it"
        if there != here or not file:
            continue
        theirs = parts[1] if len(parts) > 1 and is_module(parts[:2]) else ""
        if file in INSIDE and theirs in INSIDE:
            assert INSIDE.index(theirs) < INSIDE.index(file), f"{at}, which comes after it in the feature"


def test_files_of_one_step_do_not_import_each_other_in_a_circle() -> None:
    reaches: dict[str, set[str]] = {}
    for path in MODULES:
        here, file = place(path)
        if not file and here in STEP and here != "__init__":
            found = {parts[0] for _line, parts in imports(parsed(path), path) if parts}
            reaches[here] = {name for name in found if name in STEP and STEP[name] == STEP[here]}

    def walk(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"a circle of imports: {' -> '.join((*way, name))}"
        for further in reaches.get(name, ()):
            walk(further, (*way, name))

    for name in reaches:
        walk(name, ())


@for_each(MODULES)
def test_no_import_hides_inside_a_function(path: Path) -> None:
    for function in ast.walk(parsed(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                assert not isinstance(node, ast.Import | ast.ImportFrom), f"{named(path)}:{node.lineno}"


@for_each(MODULES)
def test_only_config_reads_the_environment(path: Path) -> None:
    if path.name == "config.py":
        return
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv"):
            raise AssertionError(f"{named(path)}:{node.lineno} reads the environment; that is config.py's")


def test_no_attics() -> None:
    for path in [*MODULES, *TEMPLATES.rglob("*"), *SCRIPTS.rglob("*")]:
        words = set(re.split(r"[^a-z]+", path.stem.lower()))
        assert not words & ATTICS, f"{named(path)} is called by no word of the product"


@for_each(MODULES)
def test_a_file_that_would_be_empty_is_left_out(path: Path) -> None:
    assert path.name == "__init__.py" or path.read_text().strip(), f"{named(path)} is empty"


@for_each(MODULES)
def test_what_is_public_says_what_it_does(path: Path) -> None:
    tree = parsed(path)
    missing = [
        f"{named(path)}:{node.lineno} {node.name}"
        for owner in [tree, *(node for node in tree.body if is_public_class(node))]
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        # What a library calls has its meaning from there: WTForms' validators, SQLAlchemy's types.
        and not (isinstance(owner, ast.ClassDef) and owner.bases)
        and not (isinstance(node, ast.ClassDef) and node.name == "Meta")
    ]
    assert not missing, "without a docstring: " + ", ".join(missing)


def is_public_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and not node.name.startswith("_")


# Actions, rules, things, sentences


def parts_called(name: str) -> list[ModuleType]:
    """The features' modules of that name."""
    return [
        importlib.import_module(f"network.{feature}.{name}")
        for feature in FEATURES
        if (NETWORK / feature / f"{name}.py").exists()
    ]


def public_functions(module: ModuleType) -> list[tuple[str, Any]]:
    return [
        (name, function)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


@pytest.mark.parametrize("module", parts_called("actions"), ids=lambda module: module.__name__)
def test_every_action_names_its_rule_and_the_rule_says_why_it_refuses(module: ModuleType) -> None:
    for name, function in public_functions(module):
        at = f"{module.__name__}.{name}"
        assert hasattr(function, "may"), f"{at} is no @action"
        assert hasattr(function.may, "because"), f"{at}: its rule {function.may.__name__} has no @because"


@pytest.mark.parametrize("module", parts_called("policy"), ids=lambda module: module.__name__)
def test_rules_begin_with_may_and_answer_yes_or_no(module: ModuleType) -> None:
    for name, function in public_functions(module):
        if hasattr(function, "because"):
            assert name.startswith("may_"), f"{module.__name__}.{name}"
            assert function.__annotations__.get("return") is bool, f"{module.__name__}.{name} returns no bool"


@pytest.mark.parametrize("feature", FEATURES)
def test_state_changes_only_in_actions(feature: str) -> None:
    """Views, forms, policies and live handlers find and ask; they neither add, delete nor commit."""
    for name in ("policy", "forms", "live", "views"):
        path = NETWORK / feature / f"{name}.py"
        if not path.exists():
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr in (
                "add",
                "add_all",
                "delete",
                "commit",
                "flush",
            ):
                owner = ast.unparse(node.value)
                assert owner != "db.session", f"{named(path)}:{node.lineno} does db.session.{node.attr}"


def all_things() -> list[type[Thing]]:
    parts_called("models")
    found = [mapper.class_ for mapper in Thing.__mapper__.self_and_descendants]
    return [model for model in found if model is not Thing]


@pytest.mark.parametrize("model", all_things(), ids=lambda model: model.__name__)
def test_every_thing_has_its_fragment(model: type[Thing], application: Flask) -> None:
    name = model.__mapper__.polymorphic_identity
    for fragment in faces_of(model):
        path = TEMPLATES / fragment
        assert path.exists(), f"{model.__name__} has no fragment {named(path)}"
        # What stands in several places at once is found by another attribute.
        assert re.search(rf'(?:id|data-\w+)="[^"]*{{{{ *{name}\.dom_id *}}}}"', path.read_text()), (
            f"{named(path)} lacks its id"
        )


@pytest.mark.parametrize("model", all_things(), ids=lambda model: model.__name__)
def test_every_thing_has_rules_and_sentences(model: type[Thing], application: Flask) -> None:
    assert "see" in model.rules, f"{model.__name__}: no rule says who may see it; see rules() in things.py"
    assert model.sentences, f"{model.__name__} has no sentences"
    for verb, text in model.sentences.items():
        said = str(text) % {"who": "Anke", "what": "Kita"}
        assert said.strip(), f"{model.__name__}.sentences[{verb!r}] says nothing"


def recorded() -> Iterator[tuple[str, str, str]]:
    """Every verb that an action records, as (place, feature, verb)."""
    for path in MODULES:
        feature, file = place(path)
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record", "changes.record"):
                for verb in constants(node.args[0]):
                    yield f"{named(path)}:{node.lineno}", feature, verb


def constants(node: ast.expr) -> list[str]:
    """The words that an argument can be: a text, or either side of a conditional expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return constants(node.body) + constants(node.orelse)
    return []


def test_every_verb_has_its_sentence(application: Flask) -> None:
    said: dict[str, set[str]] = {}
    for model in all_things():
        # What a feature records about a thing of a feature above it is said there.
        for feature in FEATURES[FEATURES.index(model.__module__.split(".")[1]) :]:
            said.setdefault(feature, set()).update(model.sentences)
    # What is recorded of a thing whose text is written together, each class that may have one has to say.
    owners = [set(model.sentences) for model in all_things() if "write_draft" in model.rules]
    said["drafts"] |= set.intersection(*owners)
    missing = [f"{at} {verb!r}" for at, feature, verb in recorded() if verb not in said.get(feature, set())]
    assert not missing, "no Thing has a sentence for: " + ", ".join(missing)


# Routes


def test_every_route_that_changes_something_asks_for_a_token(application: Flask) -> None:
    assert application.config.get("WTF_CSRF_ENABLED", True)
    assert application.config.get("WTF_CSRF_CHECK_DEFAULT", True)
    exempt = application.extensions["csrf"]._exempt_views | application.extensions["csrf"]._exempt_blueprints
    # Mail programs end letters without a page (RFC 8058): the signed link is the proof.
    exempt -= {"network.people.views_entry.unsubscribe", "network.notices.views.end"}
    assert not exempt, f"without a CSRF check: {sorted(map(str, exempt))}"


# Templates, styles, scripts


@for_each(PAGES)
def test_a_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    text = without_comments(path.read_text())
    assert not re.search(r"\sstyle=", text), f"{named(path)} has a style attribute"
    assert not re.search(r"<style\b", text), f"{named(path)} has an inline style sheet"
    assert not re.search(r"\son[a-z]+=[\"']", text), f"{named(path)} has an inline handler"
    for script in re.findall(r"<script\b[^>]*>", text):
        data = 'type="application/json"' in script or 'type="application/ld+json"' in script
        assert "src=" in script or data, f"{named(path)} has an inline script"


@for_each(PAGES)
def test_a_template_names_no_other_host(path: Path) -> None:
    for host in re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", without_comments(path.read_text())):
        assert host in ("www.w3.org",) or host.endswith(".example"), f"{named(path)} names {host}"


class Words(HTMLParser):
    """Collects text and read-aloud attributes of a template whose expressions were cut out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        self.found += [value or "" for name, value in attrs if name in ATTRIBUTES_READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


@for_each(PAGES)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    text = without_comments(path.read_text())
    text = re.sub(r"\{%-?\s*(trans)\b.*?\{%-?\s*endtrans\s*-?%\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"(</?)\{\{.*?\}\}", r"\1x", text)  # an element whose name depends
    words = Words()
    words.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL))
    # Blocks and macros may hold a piece of a tag: attributes and classes are no words.
    found = [re.sub(r'[\w-]+="[^"]*"|\bnw-[\w-]*', " ", words) for words in words.found]
    bare = [words.strip() for words in found if re.search(r"[A-Za-zÄÖÜäöüß]{2,}", words)]
    assert not bare, f"{named(path)} says untranslated: {bare}"


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)


def faces_of(model: type[Thing]) -> set[str]:
    """The fragments in which a thing is shown."""
    if model.faces is Thing.faces:
        return {f"{model.__module__.split('.')[1]}/_{model.__mapper__.polymorphic_identity}.html"}
    return set(re.findall(r"[\w/]+\.html", inspect.getsource(model.faces)))


@pytest.mark.parametrize("fragment", sorted(set().union(*map(faces_of, all_things()))))
def test_a_fragment_is_the_same_for_every_reader(fragment: str) -> None:
    """No token, no `you`, no right may stand in what is sent to a whole room."""
    path = TEMPLATES / fragment
    if not path.exists():
        return  # told by another test
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(path.read_text())
    for name in tree.find_all(jinja2.nodes.Name):
        assert name.name not in ("current_user", "csrf_token", "session", "request", "g"), (
            f"{named(path)}:{name.lineno} speaks of {name.name}, which differs between readers"
        )


PHYSICAL = re.compile(
    r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)[\w-]*|left|right|float\s*:\s*(?:left|right)"
    r"|text-align\s*:\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)\s*(?::|;|$)"
)


@for_each(sorted(STYLES.rglob("*.css")))
def test_styles_know_start_and_end_not_left_and_right(path: Path) -> None:
    text = re.sub(
        r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), path.read_text(), flags=re.DOTALL
    )
    for number, line in enumerate(text.splitlines(), 1):
        found = PHYSICAL.search(line)
        assert not found, f"{named(path)}:{number} {found and found.group(1)}"


@for_each(sorted([*STYLES.rglob("*.css"), *SCRIPTS.rglob("*.js")]))
def test_styles_and_scripts_load_nothing_from_elsewhere(path: Path) -> None:
    for host in re.findall(
        r"https?://([a-z0-9.-]+)", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    ):
        assert host == "www.w3.org", f"{named(path)} names {host}"


@for_each(sorted(SCRIPTS.rglob("*.js")))
def test_scripts_take_no_text_for_code(path: Path) -> None:
    # Inside a <template> nothing runs and nothing loads.
    text = path.read_text().replace("template.innerHTML", "")
    assert not re.search(r"\beval\(|new Function\(|\.innerHTML\s*=", text), named(path)
