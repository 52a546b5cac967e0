"""What all facts of a release share: strict reading, frozen mappings, marks of evidence."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict

Evidence = Literal["label", "study", "secondary", "judgement", "gk"]

Numbers = Annotated[Mapping[str, Decimal], AfterValidator(MappingProxyType)]
Words = Annotated[Mapping[str, str], AfterValidator(MappingProxyType)]


def no_numbers() -> Mapping[str, Decimal]:
    """The parameters of a record that has none."""
    return MappingProxyType({})


class Fact:
    """Base of every record: a key that the record does not know is an error, never ignored."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
