"""The rules about files, held in every test run too."""

from pathlib import PurePosixPath

import pytest

from tools.check_tree import LONGEST, faults, faults_of_names, faults_of_text


def test_no_file_breaks_a_rule_of_the_house() -> None:
    assert list(faults()) == []


# In halves, so that this file passes the check that it proves.
@pytest.mark.parametrize(
    "host",
    [
        "https://py" + "pi.org/simple",
        "files.pythonh" + "osted.org",
        "registry.npm" + "js.org",
        "registry.yarn" + "pkg.com",
        "deb.deb" + "ian.org",
        "proxy.go" + "lang.org",
        "cra" + "tes.io",
        "gh" + "cr.io/somebody",
    ],
)
def test_a_registrys_host_is_named_with_its_line(host: str) -> None:
    assert list(faults_of_text(PurePosixPath("a.md"), f"first\nfrom {host}\n")) == [
        "a.md:2: names a package registry's host"
    ]


@pytest.mark.parametrize(
    "path",
    ["/ro" + "ot/notes", "/wo" + "rk/main", "/ho" + "me/ana/itac", "/Us" + "ers/ana/itac", "C:\\Us" + "ers\\ana\\itac"],
)
def test_a_path_of_somebodys_machine_is_named_with_its_line(path: str) -> None:
    assert list(faults_of_text(PurePosixPath("a.py"), f"# see {path}\n")) == [
        "a.py:1: names a path of somebody's machine"
    ]


@pytest.mark.parametrize("name", ["a.py", "test_a.py", "a.css", "a.js", "a.html", "a.md", "a.sh"])
def test_a_file_of_five_hundred_lines_is_enough(name: str) -> None:
    assert list(faults_of_text(PurePosixPath(name), "a\n" * LONGEST)) == []
    assert len(list(faults_of_text(PurePosixPath(name), "a\n" * (LONGEST + 1)))) == 1


@pytest.mark.parametrize(
    ("line", "is_physical"),
    [
        ("a { margin-left: 1rem; }", True),
        ("a { border-top-right-radius: 0; }", True),
        ("a { text-align: right; }", True),
        ("@media print { a { right: 0 } }", True),
        ("a { margin-inline-start: 1rem; text-align: end; }", False),
        ("a[data-left], itac-left { inset-inline: 0; } /* the time left */", False),
    ],
)
def test_a_style_that_knows_left_from_right_is_named(line: str, is_physical: bool) -> None:
    assert bool(list(faults_of_text(PurePosixPath("a.css"), line))) is is_physical


def test_locks_licence_and_catalogues_may_be_longer() -> None:
    for name in ("requirements/run.txt", "LICENSE", "src/itac/locale/es/LC_MESSAGES/django.po"):
        assert list(faults_of_text(PurePosixPath(name), "a\n" * 5000)) == []


@pytest.mark.parametrize("name", ["ut" + "ils.py", "hel" + "pers/__init__.py", "com" + "mon.css", "mi" + "sc.js"])
def test_a_module_whose_name_says_nothing_is_named(name: str) -> None:
    assert len(list(faults_of_names([PurePosixPath("src/itac/core") / name]))) == 1
