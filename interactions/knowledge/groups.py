"""The one list of classification words a substance may carry.

Rules ask for words ("does the regimen hold an opioid?"), never for lists of names, so a new
substance joins every rule that concerns it by the words written beside it in its record.
The loader refuses a word that is not here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ace_inhibitor": "ACE inhibitor; lowers blood pressure and may lower kidney function",
        "alcohol": "drinking alcohol",
        "alpha1_blocker": "taken for its alpha-1 block (prostate or blood pressure)",
        "alpha2_agonist": "alpha-2 agonist: clonidine, tizanidine",
        "antiarrhythmic": "taken for heart rhythm",
        "anticholinergic": "taken for, or well known for, its antimuscarinic action",
        "antidepressant": "any antidepressant, whatever its class",
        "antidepressant_other": "antidepressant that is no TCA, SSRI, SNRI or MAOI",
        "antiepileptic": "antiepileptic, gabapentinoids included",
        "antihistamine": "H1 antihistamine of either generation",
        "antihistamine_sedating": "first-generation H1 antihistamine",
        "antihypertensive": "taken to lower blood pressure, or does so at usual doses",
        "antipsychotic": "antipsychotic",
        "barbiturate": "barbiturate",
        "benzodiazepine": "benzodiazepine",
        "beta_blocker": "beta blocker",
        "cannabis": "cannabis or its THC products",
        "cholinesterase_inhibitor": "opposes anticholinergic medicines and is opposed by them",
        "cyp2c19_inhibitor": "slows CYP2C19, the first step of amitriptyline clearance",
        "cyp2d6_moderate_inhibitor": "moderate CYP2D6 inhibitor",
        "cyp2d6_strong_inhibitor": "strong CYP2D6 inhibitor",
        "diuretic": "diuretic",
        "enzyme_inducer": "speeds the clearance of tricyclics",
        "gabapentinoid": "gabapentin or pregabalin",
        "ketamine": "ketamine",
        "levodopa": "levodopa products",
        "lithium": "lithium salts",
        "maoi": "any monoamine oxidase inhibitor taken as such (not linezolid or methylene blue)",
        "maoi_b": "inhibitor of the B form: selegiline, rasagiline",
        "maoi_irreversible": "its effect outlasts it by about two weeks (the B inhibitors included)",
        "maoi_like": "another medicine that blocks monoamine oxidase: linezolid, methylene blue",
        "maoi_reversible": "reversible inhibitor of the A form: moclobemide",
        "muscle_relaxant": "skeletal muscle relaxant",
        "nsaid": "non-steroidal anti-inflammatory; may lower kidney function",
        "opioid": "opioid of any strength, partial agonists included",
        "serotonergic_strong": "SSRI, SNRI, tramadol or clomipramine (what blocks monoamine oxidase is apart)",
        "snri": "serotonin and noradrenaline reuptake inhibitor",
        "ssri": "selective serotonin reuptake inhibitor",
        "tca": "tricyclic antidepressant",
        "triptan": "triptan",
        "z_drug": "zolpidem, zopiclone, eszopiclone, zaleplon",
    }
)
