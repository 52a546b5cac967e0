"""The catalogue as a clinician or an admin reads it; who else is kept out; what is missing is said."""

import html
import re
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from django.test import Client

from interactions.catalogue import views
from interactions.catalogue.factors_shown import effects_of
from interactions.catalogue.medicine_page import medicine_page
from interactions.catalogue.taking_part import rules_in_force, rules_of
from interactions.knowledge.loader import current_release, load_release
from monitoring.people.models import User

pytestmark = pytest.mark.django_db
RELEASE = current_release()
VERSION = RELEASE.version


@pytest.fixture
def reader(client: Client, clinician: User) -> Client:
    client.force_login(clinician)
    return client


def text(response: Any) -> str:
    """The words of the page, without its marks."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def flat(words: str) -> str:
    return " ".join(words.split())


class TestWhoMayRead:
    @pytest.mark.parametrize("path", ["/knowledge/", "/knowledge/releases/", "/knowledge/rules/R01/"])
    def test_the_anonymous_sign_in_first_and_come_back(self, client: Client, path: str) -> None:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/login/?next={path}")

    def test_a_patient_is_kept_out(self, client: Client, patient_user: User) -> None:
        client.force_login(patient_user)
        assert client.get("/knowledge/").status_code == 403

    def test_an_admin_reads_too(self, client: Client, admin: User) -> None:
        client.force_login(admin)
        assert client.get("/knowledge/rules/R01/").status_code == 200

    def test_a_password_chosen_by_somebody_else_opens_nothing(self, client: Client, clinician: User) -> None:
        User.objects.filter(pk=clinician.pk).update(must_change_password=True)
        client.force_login(clinician)
        assert client.get("/knowledge/").status_code == 403

    def test_no_cache_keeps_a_page_that_names_its_reader(self, reader: Client) -> None:
        assert "no-store" in reader.get("/knowledge/")["Cache-Control"]

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_nothing_can_be_written(self, reader: Client, method: str) -> None:
        assert getattr(reader, method)("/knowledge/").status_code == 405

    def test_a_permission_that_no_role_has_is_nobodys(self, clinician: User, admin: User, patient_user: User) -> None:
        assert clinician.has_perms(["interactions.read_knowledge"])
        assert not any(user.has_perm("interactions.change_knowledge") for user in (clinician, admin, patient_user))
        clinician.is_active = False
        assert not clinician.has_perm("interactions.read_knowledge")


class TestLookUp:
    def test_every_rule_is_listed_with_the_release_in_force(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/"))
        assert f"Release {RELEASE.version} is in force" in page
        for rule in rules_in_force(RELEASE):
            assert f"{rule.id}: {flat(rule.title)}" in page

    def test_a_name_leads_to_the_medicine(self, reader: Client) -> None:
        response = reader.get("/knowledge/", {"q": "Lioresal"})
        assert "/knowledge/medicines/baclofen/" in response.content.decode()

    def test_what_is_not_known_is_not_called_safe(self, reader: Client) -> None:
        assert "That is not a statement that it is safe." in text(reader.get("/knowledge/", {"q": "xyzzy"}))

    @pytest.mark.parametrize(
        "typed", ["<script>alert(1)</script>", "' OR 1=1 --", "\u202etxt", "\x00", "{{ 7 }}", "%0a"]
    )
    def test_whatever_is_typed_is_shown_as_text(self, reader: Client, typed: str) -> None:
        response = reader.get("/knowledge/", {"q": typed})
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()

    def test_a_very_long_text_is_cut(self, reader: Client) -> None:
        response = reader.get("/knowledge/", {"q": "x" * 3000})
        assert response.status_code == 200
        assert "x" * 201 not in response.content.decode()

    def test_blank_is_no_question(self, reader: Client) -> None:
        assert "not known here" not in text(reader.get("/knowledge/", {"q": "   "}))


class TestMedicine:
    @pytest.mark.parametrize("key", ["baclofen", "amitriptyline", "fluoxetine", "alcohol", "methylene_blue"])
    def test_a_medicine_has_a_page(self, reader: Client, key: str) -> None:
        response = reader.get(f"/knowledge/medicines/{key}/")
        page = text(response)
        substance = RELEASE.substances[key]
        assert flat(substance.drug_class) in page
        assert flat(substance.washout_basis) in page
        for rule in rules_of(key, RELEASE):
            assert f"/knowledge/rules/{rule.id}/" in response.content.decode()

    def test_every_medicine_has_what_its_page_needs(self) -> None:
        for key, substance in RELEASE.substances.items():
            shown = medicine_page(key, RELEASE)
            assert all(row.value for row in (*shown.names, *shown.facts, *shown.hazards)), key
            assert len(shown.groups) == len(substance.groups)

    def test_unknown_is_said_to_be_unknown(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/medicines/baclofen/"))
        assert "QT interval unknown" in page
        assert "Unknown is not “no”" in page

    def test_dosing_says_what_each_fact_rests_on(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/medicines/baclofen/"))
        for limit in RELEASE.dosing.limits:
            assert (flat(limit.text) in page) == (limit.ingredient == "baclofen")

    def test_what_is_taken_in_its_place_is_shown_with_what_it_brings_along(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/medicines/baclofen/"))
        for each in RELEASE.alternatives.values():
            held = all(flat(caution.text) in page for caution in each.cautions)
            assert held == ("baclofen" in each.instead_of), each.id
        assert "Above all beside an alpha1 blocker, an antihypertensive, a tricyclic" in page
        assert not re.search(r"\b(recommend|prefer|better)", page)

    def test_the_same_is_shown_from_the_other_side(self, reader: Client) -> None:
        assert "Gabapentin in place of baclofen or amitriptyline" in text(
            reader.get("/knowledge/medicines/gabapentin/")
        )

    @pytest.mark.parametrize("key", ["baclofen", "amitriptyline", "terbinafine", "gabapentin"])
    def test_every_citation_leads_to_its_source(self, reader: Client, key: str) -> None:
        body = reader.get(f"/knowledge/medicines/{key}/").content.decode()
        cited = set(re.findall(r'href="#(S\d+)"', body))
        assert cited
        assert cited <= set(re.findall(r'<dt id="(S\d+)"', body))

    def test_one_that_does_not_exist_is_not_found(self, reader: Client) -> None:
        assert reader.get("/knowledge/medicines/bactrim/").status_code == 404


class TestTakingPart:
    def test_rules_ask_for_a_medicine_or_for_its_group(self) -> None:
        assert "R03" in {rule.id for rule in rules_of("morphine", RELEASE)}
        assert "R19" in {rule.id for rule in rules_of("bupropion", RELEASE)}
        assert {"R01", "R16", "R17", "R18"} <= {rule.id for rule in rules_of("baclofen", RELEASE)}
        assert "R20" not in {rule.id for rule in rules_of("amitriptyline", RELEASE)}

    def test_none_for_a_medicine_no_rule_asks_about(self) -> None:
        assert rules_of("xyzzy", RELEASE) == ()


class TestRule:
    @pytest.mark.parametrize("rule", sorted(RELEASE.rules))
    def test_every_rule_shows_all_of_itself(self, reader: Client, rule: str) -> None:
        page = text(reader.get(f"/knowledge/rules/{rule}/"))
        held = RELEASE.rules[rule]
        for line in (*held.effects, *held.management, held.patient_title, *held.patient_advice):
            assert flat(line) in page
        for source in held.sources:
            assert flat(RELEASE.sources[source].title) in page
        firing = RELEASE.firing[rule]
        assert flat(firing.when) in page
        for name in firing.factors:
            assert flat(RELEASE.factor_names[name]) in page

    @pytest.mark.parametrize("rule", sorted(RELEASE.rules))
    def test_nothing_is_left_as_code_and_every_citation_leads_to_its_source(self, reader: Client, rule: str) -> None:
        response = reader.get(f"/knowledge/rules/{rule}/")
        body = response.content.decode()
        main = text(response).split(" When it speaks ")[1]
        assert not set("{}") & set(main)
        assert not re.search(r"\b[a-z0-9]+_[a-z0-9_]+\b", main)
        cited = set(re.findall(r'href="#(S\d+)"', body))
        assert cited == set(re.findall(r'<dt id="(S\d+)"', body))

    def test_a_factor_says_what_it_does_with_which_numbers_and_on_what_it_rests(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R01/"))
        raised, noted = page.index("Raise the severity (13)"), page.index("Are noted, and change nothing (9)")
        kidney = "Severely reduced kidney function, or dialysis: eGFR below 30 mL/min/1.73 m² (published study: S12 ,"
        assert raised < page.index(kidney) < page.index("Lower the severity (1)") < noted
        assert noted < page.index("at most 25 mg of amitriptyline a day; at most 15 mg of baclofen a day")

    def test_numbers_of_a_rule_are_said_with_their_units(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R17/"))
        assert "after 4 weeks of use" in page
        assert "a taper ends at 10 mg a day or less" in page

    def test_a_release_that_names_no_factor_shows_its_sentence_without_values(self) -> None:
        effects = effects_of(("respiratory_disease",), load_release("2026.11"))
        assert [each.name for effect in effects for each in effect.factors] == ["Breathing is at risk: …."]

    def test_the_thirteen_source_attributes_stand_in_the_order_of_the_regulation(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R01/"))
        names = [
            "Bibliographic citation", "Developer of the intervention", "Funding source of the technical implementation",
            "Release and revision dates", "Use of race",
            "Use of ethnicity", "Use of language", "Use of sexual orientation", "Use of gender identity", "Use of sex",
            "Use of date of birth", "Use of social determinants of health data",
            "Use of health status assessments data",
        ]  # fmt: skip
        places = [page.index(f" {name} ") for name in names]
        assert places == sorted(places)
        assert "Use of race Not used." in page
        assert "Use of date of birth Used." in page
        assert f"Released {load_release('2026.11').published}, release 2026.11" in page

    def test_disagreement_is_shown_on_each_ones_own_scale(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R01/"))
        for opinion in RELEASE.opinions_of("R01"):
            assert f"{opinion.publisher} {opinion.grade or 'none published'} {opinion.scale}" in page
        assert "no: not verified" in page

    def test_an_older_release_can_be_read(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R05/", {"release": "2026.11"}))
        assert "What fires it Not said in this release." in page
        assert "As in release 2026.11, which is not in force" in page
        assert "This release does not state them." in page

    @pytest.mark.parametrize(("rule", "release"), [("R99", ""), ("r01", ""), ("R01", "1999.01"), ("R01", "../2026.11")])
    def test_what_does_not_exist_is_not_found(self, reader: Client, rule: str, release: str) -> None:
        query = {"release": release} if release else {}
        assert reader.get(f"/knowledge/rules/{rule}/", query).status_code == 404


class TestWithdrawn:
    @pytest.fixture(autouse=True)
    def _withdrawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        texts = {**RELEASE.rules, "R07": replace(RELEASE.rules["R07"], withdrawn=True)}
        after = replace(RELEASE, rules=MappingProxyType(texts))
        monkeypatch.setattr(views, "current_release", lambda: after)
        monkeypatch.setattr(
            views, "load_release", lambda version: after if version == VERSION else load_release(version)
        )

    def test_a_withdrawn_rule_can_still_be_read_and_says_so(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/rules/R07/"))
        assert "This rule has been withdrawn" in page
        assert f"Withdrawn {RELEASE.published}, release {VERSION}" in page

    def test_it_is_listed_nowhere(self, reader: Client) -> None:
        assert "/knowledge/rules/R07/" not in reader.get("/knowledge/").content.decode()
        assert "/knowledge/rules/R07/" not in reader.get("/knowledge/medicines/amitriptyline/").content.decode()

    def test_the_diff_tells_what_it_said(self, reader: Client) -> None:
        page = text(reader.get(f"/knowledge/releases/{VERSION}/"))
        assert "Withdrawn (1) R07 What it said" in page


class TestReleases:
    def test_the_list_says_which_is_in_force_and_its_hash(self, reader: Client) -> None:
        response = reader.get("/knowledge/releases/")
        page = text(response)
        assert page.index(RELEASE.version) < page.index("Follows none, it is the first")
        assert page.count("In force") == 1
        assert RELEASE.content_hash in page

    def test_a_release_is_compared_with_the_one_before(self, reader: Client) -> None:
        page = text(reader.get(f"/knowledge/releases/{RELEASE.version}/"))
        assert f"{RELEASE.version} against {RELEASE.follows}" in page
        assert "fluoxetine five weeks" in page

    def test_or_with_any_other(self, reader: Client) -> None:
        page = text(reader.get("/knowledge/releases/2026.11/", {"against": "2026.11.2"}))
        assert "2026.11 against 2026.11.2" in page
        assert "Withdrawn (" in page

    def test_or_with_itself(self, reader: Client) -> None:
        assert "No difference" in text(reader.get("/knowledge/releases/2026.11/", {"against": "2026.11"}))

    def test_the_first_follows_no_other(self, reader: Client) -> None:
        assert "It follows no other" in text(reader.get("/knowledge/releases/2026.11/"))

    @pytest.mark.parametrize("path", ["1999.01/", "2026.11/?against=1999.01", "%2e%2e/"])
    def test_what_does_not_exist_is_not_found(self, reader: Client, path: str) -> None:
        assert reader.get(f"/knowledge/releases/{path}").status_code == 404
