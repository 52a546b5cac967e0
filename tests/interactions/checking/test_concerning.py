"""Whoever would be answered differently by another release is among those it concerns."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interactions.checking import check_regimen
from interactions.checking.concerning import clauses_between, clauses_of_rule
from interactions.checking.index import index_of
from interactions.knowledge.loader import current_release, load_release, versions
from interactions.knowledge.release import Release
from tests.interactions.checking.cases import ON
from tests.interactions.checking.test_properties import patients, regimens

NOW = current_release()
SEVERITIES = ("minor", "moderate", "major")


def with_record(part: str, key: str, **changed: Any) -> Release:
    """The release in force, with one record that says something else."""
    records = getattr(NOW, part)
    made = {**records, key: replace(records[key], **changed)}
    return replace(NOW, version="9999.1", content_hash=f"{part}.{key}.{changed}", **{part: MappingProxyType(made)})


def another_rule(key: str, severity: str) -> Release:
    return with_record("rules", key, base_severity=severity, title="Said otherwise")


def another_number(key: str, factor: int) -> Release:
    numbers = {name: number * factor for name, number in NOW.rules[key].params.items()}
    return with_record("rules", key, params=MappingProxyType(numbers))


def another_factor(key: str) -> Release:
    # Braces are filled in by the code, so the words around them are what may change.
    return with_record("factors", key, text=NOW.factors[key].text + " Said otherwise.")


def another_substance(key: str, group: str) -> Release:
    return with_record("substances", key, groups=NOW.substances[key].groups ^ {group}, acb=3, qt_risk="label_warns")


releases = st.one_of(
    st.builds(another_rule, st.sampled_from(sorted(NOW.rules)), st.sampled_from(SEVERITIES)),
    st.builds(
        another_number, st.sampled_from(sorted(key for key, rule in NOW.rules.items() if rule.params)), st.just(2)
    ),
    st.builds(another_factor, st.sampled_from(sorted(NOW.factors))),
    st.builds(
        another_substance,
        st.sampled_from(sorted(NOW.substances.keys() - {"baclofen", "amitriptyline"})),
        st.sampled_from(["opioid", "maoi", "lithium", "tca", "levodopa", "cyp2d6_strong_inhibitor"]),
    ),
)


@given(regimens, patients, releases)
def test_whoever_is_not_concerned_is_answered_in_the_same_words(given_: Any, context: Any, new: Release) -> None:
    clauses = clauses_between(NOW, new)
    held = {each.ingredient for each in given_}
    concerned = clauses is None or any(all(not part.isdisjoint(held) for part in clause) for clause in clauses)
    before = check_regimen(given_, context, ON, release=NOW)
    after = check_regimen(given_, context, ON, release=new)
    assert concerned or [each.as_dict() for each in before.findings] == [each.as_dict() for each in after.findings]
    assert concerned or (before.overall, before.not_checked) == (after.overall, after.not_checked)


def test_another_severity_of_one_pair_concerns_those_who_take_both() -> None:
    assert clauses_between(NOW, another_rule("R29", "major")) == ((frozenset({"baclofen"}), frozenset({"lithium"})),)


def test_a_new_fact_about_a_substance_concerns_those_who_take_it() -> None:
    changed = another_substance("sertraline", "opioid")
    assert clauses_between(NOW, changed) == ((frozenset({"sertraline"}),),)


def test_a_new_name_concerns_nobody() -> None:
    assert clauses_between(NOW, with_record("substances", "sertraline", brands=("Brandnew",))) == ()


def test_another_number_concerns_all_whom_the_rules_are_about() -> None:
    """A number that stands beside one rule may be compared with by another."""
    clauses = clauses_between(NOW, another_number("R21", 2))
    assert clauses is not None
    assert (index_of(NOW).targets,) in clauses


def test_new_words_of_a_rule_that_may_speak_to_anybody_concern_everybody() -> None:
    assert clauses_between(NOW, another_rule("N03", "minor")) is None
    assert clauses_of_rule("N01", NOW) is None


def test_other_limits_concern_those_on_what_the_rules_are_about() -> None:
    dosing = replace(NOW.dosing, limits=())
    assert clauses_between(NOW, replace(NOW, dosing=dosing)) == ((index_of(NOW).targets,),)


def test_the_same_knowledge_concerns_nobody() -> None:
    assert clauses_between(NOW, replace(NOW, version="9999.1", notes=("Published again.",))) == ()


@given(regimens, patients)
def test_the_releases_at_hand_agree_with_it_too(given_: Any, context: Any) -> None:
    old, new = load_release(versions()[0]), load_release(versions()[-1])
    clauses = clauses_between(old, new)
    held = {each.ingredient for each in given_}
    if clauses is None or any(all(not part.isdisjoint(held) for part in clause) for clause in clauses):
        return
    words = [
        [each.as_dict() for each in check_regimen(given_, context, ON, release=release).findings]
        for release in (old, new)
    ]
    assert words[0] == words[1]
