"""The rules about files, held in every test run too."""

from pathlib import PurePosixPath

from tools.check_tree import faults, faults_of_names, faults_of_text


def test_no_file_breaks_a_rule_of_the_house() -> None:
    assert list(faults()) == []


def test_a_file_that_breaks_a_rule_is_named() -> None:
    long = "a\n" * 501
    registry = "from https://py" + "pi.org/simple\n"
    home = "see /ro" + "ot/notes\n"

    assert len(list(faults_of_text(PurePosixPath("a.py"), long + registry + home))) == 3
    assert list(faults_of_names([PurePosixPath("src/itac/core/ut" + "ils.py")])) != []
