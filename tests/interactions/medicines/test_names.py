"""Names as people type them: what is understood, what is asked about, and what must never match (hazard H4)."""

import pytest

from interactions.knowledge.release import Combination
from interactions.medicines.names import Match, resolve


@pytest.mark.parametrize(
    ("entered", "ingredients", "match"),
    [
        ("baclofen 10 mg three times daily", ("baclofen",), "exact"),
        ("amitriptyline 25 mg at night", ("amitriptyline",), "exact"),
        ("AMITRIPTYLINE HCL 25MG", ("amitriptyline",), "exact"),
        ("amitriptyline hydrochloride", ("amitriptyline",), "exact"),
        ("Lioresal 10mg TID", ("baclofen",), "brand"),
        ("Elavil 25 mg qhs", ("amitriptyline",), "brand"),
        ("Pamelor 50 mg nightly", ("nortriptyline",), "brand"),
        ("Nardil 15 mg tid", ("phenelzine",), "brand"),
        ("Ativan 1 mg bd", ("lorazepam",), "brand"),
        ("Gablofen 450 micrograms/day", ("baclofen",), "brand"),
        ("Ozobax DS 10 mg", ("baclofen",), "brand"),
        ("Lioresal Intrathecal", ("baclofen",), "brand"),
        ("Lioresal (baclofen) 10 mg", ("baclofen",), "exact"),
        ("Wellbutrin XL 150 mg", ("bupropion",), "brand"),
        ("Toprol 50", ("metoprolol",), "brand"),
        ("St John’s wort", ("st_johns_wort",), "exact"),
        ("Saint John's Wort 300mg", ("st_johns_wort",), "exact"),
        ("paracetamol 1 g qds", ("acetaminophen",), "exact"),
        ("meperidine", ("pethidine",), "exact"),
        ("alcohol daily 6 drinks", ("alcohol",), "exact"),
        ("methylthioninium chloride", ("methylene_blue",), "exact"),
        ("Baclofène 10 mg", ("baclofen",), "exact"),
        ("baclofen10mg", ("baclofen",), "exact"),
        ("ami-triptyline 10", ("amitriptyline",), "exact"),
        ("baclofin 10mg tds", ("baclofen",), "spelling"),
        ("amitryptyline 10mg nocte", ("amitriptyline",), "spelling"),
        ("amytriptiline", ("amitriptyline",), "spelling"),
        ("bacl0fen", ("baclofen",), "spelling"),
        ("bac1ofen 10 mg", ("baclofen",), "spelling"),
        ("amitrip 25", ("amitriptyline",), "spelling"),
    ],
)
def test_one_medicine(entered: str, ingredients: tuple[str, ...], match: str) -> None:
    resolution = resolve(entered)
    assert resolution.ingredients == ingredients
    assert resolution.match == match
    assert resolution.needs_confirmation is (match == "spelling")
    assert resolution.not_understood == ()


@pytest.mark.parametrize(
    ("entered", "ingredients"),
    [
        ("Percocet 5/325 every 6 h", {"oxycodone", "acetaminophen"}),
        ("Limbitrol DS twice daily", {"amitriptyline", "chlordiazepoxide"}),
        ("Triptafen", {"amitriptyline", "perphenazine"}),
        ("Triavil 2-25", {"amitriptyline", "perphenazine"}),
        ("co-codamol 30/500", {"codeine", "acetaminophen"}),
        ("Cocodamol", {"codeine", "acetaminophen"}),
        ("Tylenol #3", {"codeine", "acetaminophen"}),
        ("Tylenol with Codeine No. 3", {"codeine", "acetaminophen"}),
        ("Tylenol 3 tid", {"codeine", "acetaminophen"}),
        ("Tylenol PM", {"acetaminophen", "diphenhydramine"}),
        ("Auvelity", {"dextromethorphan", "bupropion"}),
        ("Nuedexta", {"dextromethorphan", "quinidine"}),
        ("Symbyax 6/25", {"olanzapine", "fluoxetine"}),
        ("amitriptyline/perphenazine", {"amitriptyline", "perphenazine"}),
        ("perphenazine and amitriptyline", {"amitriptyline", "perphenazine"}),
        ("amitriptyline + perphenazine 25/2", {"amitriptyline", "perphenazine"}),
        ("Amitriptyline Hydrochloride 25 MG / Perphenazine 2 MG Oral Tablet", {"amitriptyline", "perphenazine"}),
        ("baclofen 2%/amitriptyline 4%/ketamine 2% gel apply to feet", {"baclofen", "amitriptyline", "ketamine"}),
        ("baclofen 2% amitriptyline 2% gabapentin 6% vaginal cream", {"baclofen", "amitriptyline", "gabapentin"}),
        ("BAK-PLO gel", {"baclofen", "amitriptyline", "ketamine"}),
    ],
)
def test_several_medicines_in_one_line(entered: str, ingredients: set[str]) -> None:
    resolution = resolve(entered)
    assert set(resolution.ingredients) == ingredients
    if entered != "Cocodamol":
        assert resolution.match == Match.COMBINATION
        assert not resolution.needs_confirmation
    assert isinstance(resolution.product, Combination)


@pytest.mark.parametrize(
    ("entered", "ingredient", "other"),
    [
        ("Suboxone 8/2", "buprenorphine", "naloxone"),
        ("Sinemet 25/100", "levodopa", "carbidopa"),
        ("carbidopa/levodopa 25/100", "levodopa", "carbidopa"),
        ("Contrave", "bupropion", "naltrexone"),
        ("Veganin", "acetaminophen", "caffeine"),
    ],
)
def test_a_combination_names_the_parts_without_facts(entered: str, ingredient: str, other: str) -> None:
    resolution = resolve(entered)
    assert ingredient in resolution.ingredients
    assert other not in resolution.ingredients
    assert isinstance(resolution.product, Combination)
    assert other in resolution.product.others
    assert resolution.not_understood == ()


LOOK_ALIKES = [
    "bacitracin",
    "Bactrim",
    "Bactroban",
    "lisinopril",
    "Eldepryl",
    "enalapril",
    "Plavix",
    "amiodarone",
    "amantadine",
    "imipramine",
    "nortriptyline",
    "protriptyline",
    "clomipramine",
    "aminophylline",
    "amlodipine",
    "bacampicillin",
    "butriptyline",
    "losartan",
    "loratadine",
    "diclofenac",
    "aceclofenac",
    "Bacillus",
    "arbaclofen",
    "amifampridine",
    "amitriptylinoxide",
    "baclovir",
    "amiprazole",
    "Kemadrin",
    "clonidine",
    "Celebrex",
    "Zyrtec",
    "quinidine",
    "Trental",
]


@pytest.mark.parametrize("entered", LOOK_ALIKES)
@pytest.mark.parametrize("around", ["{}", "{} 10 mg three times daily", "Take {} tablets", "{}/"])
def test_look_alikes_never_become_the_pair(entered: str, around: str) -> None:
    resolution = resolve(around.format(entered))
    assert not {"baclofen", "amitriptyline"} & set(resolution.ingredients)


@pytest.mark.parametrize(
    "entered", ["Bactrim DS", "Bactroban ointment", "opipramol 50 mg", "Humira", "carbidopa 25 mg"]
)
def test_a_known_other_medicine_is_unknown_not_none(entered: str) -> None:
    resolution = resolve(entered)
    assert resolution.match == Match.UNKNOWN
    assert not resolution.resolved
    assert resolution.not_understood


@pytest.mark.parametrize(
    ("entered", "candidates"),
    [
        ("ami", {"amitriptyline", "amiodarone"}),
        ("ami 10 mg nocte", {"amitriptyline", "amiodarone"}),
        ("bac", {"baclofen", "bacitracin"}),
        ("Unisom", {"diphenhydramine", "doxylamine"}),
        ("gaba 300", {"gabapentin"}),
    ],
)
def test_what_may_mean_several_things_is_asked(entered: str, candidates: set[str]) -> None:
    resolution = resolve(entered)
    assert resolution.match == Match.AMBIGUOUS
    assert resolution.ingredients == ()
    assert set(resolution.candidates) == candidates


@pytest.mark.parametrize(
    "entered", ["", " ", "10 mg three times daily", "💊", "foozumab", "vitamin D", "\u200b", "%%%", "1"]
)
def test_what_is_not_understood_is_unknown(entered: str) -> None:
    resolution = resolve(entered)
    assert resolution.match == Match.UNKNOWN
    assert resolution.ingredients == ()


@pytest.mark.parametrize(
    "entered",
    ["baclofen/foozine 2%", "foozine 2%/baclofen 2% gel", "baclofen 2% / foozine 3% cream", "baclofen+foozine"],
)
def test_an_unknown_part_of_a_mixture_is_said(entered: str) -> None:
    resolution = resolve(entered)
    assert resolution.ingredients == ("baclofen",)
    assert resolution.not_understood == ("foozine",)


@pytest.mark.parametrize("entered", ["baclofen 10 mg for pain/spasm", "baclofen and exercise", "baclofen 10 mg/dose"])
def test_words_about_the_use_are_no_ingredients(entered: str) -> None:
    assert resolve(entered).not_understood == ()


@pytest.mark.parametrize(
    ("entered", "ingredients"),
    [
        ("baclofen 10 mg tid to restore ability", {"baclofen"}),
        ("baclofen 10 mg, contrast planned", {"baclofen"}),
        ("baclofen 2%/amitryptalin 4% gel", {"baclofen", "amitriptyline"}),
        ("baclofen 10 mg and amytriptiline 25 mg", {"baclofen", "amitriptyline"}),
        ("baclofen 10 mg amytriptiline 25 mg", {"baclofen", "amitriptyline"}),
    ],
)
def test_a_near_word_counts_only_where_a_medicine_may_stand(entered: str, ingredients: set[str]) -> None:
    resolution = resolve(entered)
    assert set(resolution.ingredients) == ingredients
    assert resolution.needs_confirmation is (len(ingredients) > 1)


def test_text_beside_an_ambiguous_word_settles_it() -> None:
    assert resolve("Unisom (doxylamine) 25 mg").ingredients == ("doxylamine",)


def test_hyoscine_butylbromide_is_another_substance() -> None:
    assert resolve("hyoscine butylbromide 10 mg").ingredients == ("hyoscine_butylbromide",)
    assert resolve("hyoscine hydrobromide 300 mcg").ingredients == ("scopolamine",)


@pytest.mark.parametrize(
    ("entered", "route"),
    [
        ("baclofen 2% cream", "topical"),
        ("baclofen vaginal suppository", "vaginal"),
        ("baclofen 10 mg suppository", "rectal"),
        ("Gablofen 450 micrograms/day", "intrathecal"),
        ("Lioresal Intrathecal", "intrathecal"),
        ("baclofen intrathecal pump 200 mcg/day", "intrathecal"),
        ("ITB pump 200 mcg/day", "intrathecal"),
        ("baclofen 300 mcg/day via pump", "intrathecal"),
        ("oxybutynin gel 1 pump", "topical"),
        ("baclofen 10 mg tds via PEG", "enteral"),
        ("fentanyl 25 mcg/h patch", "transdermal"),
        ("Emsam", "transdermal"),
        ("baclofen 10 mg tablets", "oral"),
        ("baclofen 10 mg PO tid", "oral"),
        ("BAK-PLO gel", "topical"),
        ("baclofen 10 mg tid", None),
    ],
)
def test_the_route_a_text_points_to(entered: str, route: str | None) -> None:
    assert resolve(entered).route_hint == route


def test_text_that_is_too_long_is_not_read() -> None:
    assert resolve("baclofen " * 300).match == Match.UNKNOWN
