"""The codes a finding may carry; a rule file that names another one does not load."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FINDING_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AGE": "younger than a label allows",
        "ALCOHOL": "alcohol on top of the pair",
        "AMBIGUOUS": "a name that may mean more than one medicine",
        "ANTICHOL": "anticholinergic burden",
        "CNS_STACK": "several medicines that depress the nervous system",
        "CYP2D6": "a slower breakdown of the tricyclic",
        "DOSE": "above a labelled maximum",
        "DUPLICATE": "the same kind of medicine twice",
        "EXPAND": "a product that holds several medicines",
        "LOCAL": "the pair on the skin or in a body cavity only",
        "MAOI": "a tricyclic and a monoamine oxidase inhibitor",
        "OPIOID_STACK": "an opioid on top of baclofen",
        "ORTHO": "low blood pressure on standing",
        "OTHER": "another interaction of one of the two",
        "PAIR_CNS": "baclofen with amitriptyline",
        "PREG": "pregnancy or breast-feeding",
        "QT": "QT prolongation",
        "RENAL": "baclofen and reduced kidney function",
        "SEIZURE": "a lower seizure threshold",
        "SEROTONERGIC": "serotonergic medicines together",
        "SEROTONERGIC_MAOI_LIKE": "a tricyclic with linezolid or methylene blue",
        "SYMPTOM": "what the patient reported",
        "TCA_CLASS": "baclofen with another tricyclic",
        "UNIT_ERROR": "a dose in a unit that cannot be right",
        "WITHDRAWAL": "baclofen stopped or interrupted",
    }
)
