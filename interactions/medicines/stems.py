"""Ends of international non-proprietary names: a word that ends so is a medicine of that class, whichever it is."""

import re
from typing import Final

_STEMS: Final = """
mab nib pril sartan olol azole oxacin mycin cillin cycline statin gliptin gliflozin glutide xaban
gatran prazole tidine dipine zosin triptan setron azepam azolam barbital caine profen oxetine
triptyline ipramine thiazide semide lukast parib ciclib rafenib vir dronate fibrate formin glitazone
curium curonium codone orphan peridone piprazole apine giline mustine platin rubicin taxel sone
solone onide terol tropium fungin
"""
_STEM: Final = re.compile(rf".{{3,}}?({'|'.join(_STEMS.split())})")


def stem_of(word: str) -> str | None:
    """The class ending of a folded word ("mab" of "foozumab"); None when it has none."""
    found = _STEM.fullmatch(word)
    return None if found is None else found[1]
