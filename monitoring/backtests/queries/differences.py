"""Settings side by side: the release, what is in force, what is proposed. Reads only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitoring.backtests.models import Proposal
from monitoring.checkins.rules import load_thresholds
from monitoring.checkins.rules.settings import settings_of
from monitoring.people.models import Clinic
from monitoring.protocols.models import ProtocolVersion
from monitoring.protocols.queries import protocol_in_force, versions_of
from monitoring.protocols.rules import AS_RELEASED, CADENCE, Protocol, Setting


@dataclass(frozen=True, slots=True)
class Value:
    """A level or a figure, for showing."""

    text: str
    is_level: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not the same everywhere."""

    name: str
    group: str
    label: str
    released: Value
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with what it changed of the one before it, and how it stands at the moment asked for."""

    version: ProtocolVersion
    changes: tuple[Difference, ...]
    state: str


def differences(before: Protocol, after: Protocol, *, based_on: str) -> list[Difference]:
    """The settings in which `after` is not `before`, in the order of the release `based_on`."""
    settings = {**settings_of(load_thresholds(based_on)), **CADENCE}
    return list(_differing(settings, _all_of(before), _all_of(after)))


def from_release(protocol: Protocol, *, based_on: str) -> list[Difference]:
    """The settings in which a clinic's version is not the release."""
    return differences(AS_RELEASED, protocol, based_on=based_on)


def proposed(proposal: Proposal) -> Protocol:
    """A proposal as the version it would be."""
    return Protocol(0, proposal.based_on, proposal.thresholds, proposal.cadence)


def as_protocol(version: ProtocolVersion) -> Protocol:
    """A stored version as the value it is."""
    return Protocol(version.number, version.based_on, version.thresholds, version.cadence, version.content_hash)


def version_lines(clinic: Clinic, now: datetime) -> list[VersionLine]:
    """Every version of the clinic, the latest first, each against the one before it."""
    versions = list(versions_of(clinic))
    standing = protocol_in_force(clinic.pk, now).number
    befores = [*(as_protocol(each) for each in versions[1:]), AS_RELEASED]
    return [
        VersionLine(
            version,
            tuple(differences(before, as_protocol(version), based_on=version.based_on)),
            _state(version, standing, now),
        )
        for version, before in zip(versions, befores, strict=False)
    ]


def _state(version: ProtocolVersion, standing: int, now: datetime) -> str:
    if version.number == standing:
        return "in force"
    return "to come" if version.number > standing and version.in_force_from > now else "past"


def _all_of(protocol: Protocol) -> dict[str, str]:
    return {**protocol.thresholds, **{name: f"{value}" for name, value in protocol.cadence.items()}}


def _differing(
    settings: Mapping[str, Setting], before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Difference]:
    for name, setting in settings.items():
        old, new = before.get(name, setting.released), after.get(name, setting.released)
        if old != new:
            yield Difference(
                name, setting.group, setting.label, _value(setting, setting.released), _value(setting, old),
                _value(setting, new),
            )  # fmt: skip


def _value(setting: Setting, text: str) -> Value:
    return Value(text, setting.is_level, setting.unit)
