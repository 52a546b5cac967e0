"""Two releases side by side: what came, what changed and what went, whichever way they are compared."""

from dataclasses import fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.catalogue.diff import TITLES, FieldDiff, RecordDiff, compare_releases, records_of, say
from interactions.catalogue.history import history_of
from interactions.knowledge.loader import load_release, versions
from interactions.knowledge.release import Release

OLD, NEW = load_release("2026.11"), load_release("2026.11.2")


def other(release: Release = OLD, **parts: Any) -> Release:
    """The release with some parts changed, under a version of its own."""
    return replace(release, version="2099.01", follows=release.version, **parts)


def without(release: Release, part: str, key: str) -> dict[str, Any]:
    return {part: MappingProxyType({k: v for k, v in getattr(release, part).items() if k != key})}


def changed(part: str, key: str, **values: Any) -> dict[str, Any]:
    records = dict(getattr(OLD, part))
    records[key] = replace(records[key], **values)
    return {part: MappingProxyType(records)}


def keys(records: tuple[RecordDiff, ...]) -> set[str]:
    return {each.key for each in records}


def test_a_release_does_not_differ_from_itself() -> None:
    assert compare_releases(NEW, NEW).parts == ()


def test_every_part_of_a_release_is_compared() -> None:
    told = {"version", "content_hash", "published", "notes", "follows"}
    assert {field.name for field in fields(Release)} - told - {"dosing"} <= set(TITLES)
    assert {field.name for field in fields(OLD.dosing)} - {"notes"} <= set(TITLES)


def test_a_changed_number_is_told_field_by_field() -> None:
    new = other(
        **changed("rules", "R06", base_severity="major", params=MappingProxyType({"partners_major": Decimal(3)}))
    )

    (part,) = compare_releases(OLD, new).parts
    (record,) = part.changed
    assert (part.part, part.added, part.withdrawn, record.key) == ("rules", (), (), "R06")
    assert set(record.fields) == {
        FieldDiff("base_severity", "moderate", "major"),
        FieldDiff("params", "partners major: 2", "partners major: 3"),
    }


@pytest.mark.parametrize(
    ("part", "key"),
    [("substances", "morphine"), ("factors", "tramadol"), ("sources", "S04"), ("conditions", "copd"), ("rules", "R07")],
)
def test_a_record_that_is_gone_is_withdrawn_and_one_that_comes_is_added(part: str, key: str) -> None:
    less = other(**without(OLD, part, key))

    (gone,), (come,) = compare_releases(OLD, less).part(part).withdrawn, compare_releases(less, OLD).part(part).added
    assert gone.key == come.key == key
    assert [each.before for each in gone.fields] == [each.after for each in come.fields] != []
    assert {each.after for each in gone.fields} == {each.before for each in come.fields} == {None}


def test_a_rule_marked_as_withdrawn_counts_as_gone() -> None:
    new = other(**changed("rules", "R07", withdrawn=True))

    assert keys(compare_releases(OLD, new).part("rules").withdrawn) == {"R07"}
    assert "R07" not in records_of(new, "rules")


def test_rows_of_lists_and_bare_words_are_told_too() -> None:
    dosing = replace(OLD.dosing, limits=OLD.dosing.limits[1:], renal_bands=OLD.dosing.renal_bands[:-1])
    washout = replace(OLD.washout, baclofen_oral_hours=Decimal(48))
    new = other(dosing=dosing, washout=washout, other_medicines=OLD.other_medicines | {"obscurimab"})
    diff = compare_releases(OLD, new)

    assert keys(diff.part("limits").withdrawn) == {"baclofen_oral_us"}
    assert len(diff.part("renal_bands").withdrawn) == 1
    assert keys(diff.part("other_medicines").added) == {"obscurimab"}
    assert diff.part("washout").changed[0].fields == (FieldDiff("value", "36", "48"),)


@given(st.sampled_from(versions()), st.sampled_from(versions()))
def test_the_other_way_round_is_the_mirror(one: str, two: str) -> None:
    there, back = (compare_releases(load_release(a), load_release(b)) for a, b in ((one, two), (two, one)))

    for name in TITLES:
        assert keys(there.part(name).added) == keys(back.part(name).withdrawn)
        assert {each.key for each in there.part(name).changed} == {each.key for each in back.part(name).changed}
        for record in there.part(name).changed:
            mirrored = next(each for each in back.part(name).changed if each.key == record.key)
            assert {(each.name, each.after, each.before) for each in mirrored.fields} == {
                (each.name, each.before, each.after) for each in record.fields
            }
            assert record.fields


def test_unknown_is_told_apart_from_no() -> None:
    assert (say(None), say(()), say(False), say(0)) == (None, None, "no", "0")
    assert say(frozenset({"b", "a"})) == "a, b"
    assert say(("one line.", "another one.")) == "one line.\nanother one."


class TestHistory:
    def test_a_rule_begins_with_the_first_release_that_holds_it(self) -> None:
        first, *_ = history_of("R01", [OLD, NEW])
        assert (first.version, first.what, first.published) == ("2026.11", "added", OLD.published)

    def test_a_change_names_its_fields_and_what_is_said_beside(self) -> None:
        _, second = history_of("R01", [OLD, NEW])
        assert second.what == "changed"
        assert {"management", "patient_advice"} <= {field.name for field in second.fields}
        assert {"Mechanisms", "Public opinions"} <= set(second.beside)

    def test_a_release_that_says_nothing_new_of_a_rule_is_no_chapter(self) -> None:
        same = other(**changed("rules", "R06", note="x"))
        assert [each.version for each in history_of("R29", [OLD, same])] == ["2026.11"]

    def test_withdrawn_and_back_again(self) -> None:
        gone = other(**changed("rules", "R07", withdrawn=True))
        told = history_of("R07", [OLD, gone, replace(OLD, version="2099.02")])
        assert [each.what for each in told] == ["added", "withdrawn", "added"]

    def test_a_rule_that_nobody_knows_has_none(self) -> None:
        assert history_of("R99", [OLD, NEW]) == ()
