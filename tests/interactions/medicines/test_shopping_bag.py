"""What a pharmacist finds in the shopping bag: products of several medicines from the US, the UK and the EU."""

import pytest

from interactions.medicines.names import Match, resolve


@pytest.mark.parametrize(
    "entered",
    ["Dafalgan Codeine 500/30", "co-codamol 30/500", "Tylenol with codeine 500-30", "codeine/paracetamol 30/500"],
)
def test_the_larger_strength_is_that_of_the_paracetamol_on_either_side_of_a_border(entered: str) -> None:
    strengths = {one.ingredient: one.amount for one in resolve(entered).strengths}
    assert strengths == {"codeine": 30, "acetaminophen": 500}


BAG = {
    "Nurofen Plus": {"ibuprofen", "codeine"},
    "Solpadeine Max": {"codeine", "acetaminophen"},
    "Veganin": {"acetaminophen", "codeine"},
    "Syndol": {"acetaminophen", "codeine", "doxylamine"},
    "Migraleve Pink": {"acetaminophen", "codeine", "buclizine"},
    "Paramol": {"dihydrocodeine", "acetaminophen"},
    "Codis 500": {"aspirin", "codeine"},
    "Aleve PM": {"naproxen", "diphenhydramine"},
    "Excedrin PM": {"acetaminophen", "aspirin", "diphenhydramine"},
    "NyQuil": {"acetaminophen", "dextromethorphan", "doxylamine"},
    "Vicks NyQuil Cold & Flu": {"acetaminophen", "dextromethorphan", "doxylamine"},
    "DayQuil": {"acetaminophen", "dextromethorphan", "phenylephrine"},
    "Night Nurse": {"acetaminophen", "promethazine", "dextromethorphan"},
    "Covonia Night Time": {"dextromethorphan", "diphenhydramine"},
    "Actifed": {"triprolidine", "pseudoephedrine"},
    "Coricidin HBP Cough & Cold": {"chlorphenamine", "dextromethorphan"},
    "Wick MediNait": {"acetaminophen", "dextromethorphan", "doxylamine", "ephedrine"},
    "Grippostad C": {"acetaminophen", "chlorphenamine"},
    "Lemsip Max": {"acetaminophen", "phenylephrine"},
    "Claritin-D": {"loratadine", "pseudoephedrine"},
    "Mucinex": {"guaifenesin"},
    "Mucinex DM": {"dextromethorphan", "guaifenesin"},
    "ZzzQuil": {"diphenhydramine"},
    "ZzzQuil Pure Zzzs": {"melatonin"},
    "Unisom SleepTabs": {"doxylamine"},
    "Unisom SleepGels": {"diphenhydramine"},
    "Nytol": {"diphenhydramine"},
    "Nytol Herbal": {"valerian"},
    "Kalms Night": {"valerian"},
    "Benadryl One a Day": {"cetirizine"},
    "Dramamine Less Drowsy": {"meclizine"},
    "Stugeron": {"cinnarizine"},
    "Avomine": {"promethazine"},
    "Buscopan": {"hyoscine_butylbromide"},
    "Imodium Plus": {"loperamide"},
    "Feminax Ultra": {"naproxen"},
    "Donormyl": {"doxylamine"},
    "Fioricet": {"butalbital", "acetaminophen"},
    "Deanxit": {"flupentixol", "melitracen"},
    "Viagra Connect": {"sildenafil"},
    "SJW": {"st_johns_wort"},
    "Delta 8 gummies": {"cannabis"},
}


@pytest.mark.parametrize("entered", BAG)
def test_a_shopping_bag_is_taken_apart(entered: str) -> None:
    resolution = resolve(entered)
    assert set(resolution.ingredients) == BAG[entered]
    assert not resolution.needs_confirmation
    assert resolution.not_understood == ()


@pytest.mark.parametrize(
    "entered",
    [
        "Sominex",
        "Unisom",
        "Robitussin",
        "Benylin",
        "Benadryl Allergy Relief",
        "Dramamine",
        "Feminax",
        "Covonia",
        "sleep aid",
    ],
)
def test_a_brand_that_differs_by_country_or_pack_is_asked_about(entered: str) -> None:
    resolution = resolve(entered)
    assert resolution.match == Match.AMBIGUOUS
    assert len(resolution.candidates) > 1


@pytest.mark.parametrize(
    "entered",
    ["multivitamin", "magnesium glycinate", "vitamin D3", "fish oil", "Gaviscon", "ginkgo", "Rescue Remedy", "Kalms"],
)
def test_what_no_facts_are_held_about_is_not_called_harmless(entered: str) -> None:
    assert resolve(entered).match == Match.UNKNOWN
    assert not resolve(entered).resolved
