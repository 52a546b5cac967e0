"""What a line holds beside the medicines that are checked: said when no rule asks for it, left open when unknown.

A release that says nothing of such ingredients is read as it was when it came out.
"""

from dataclasses import replace

from interactions.knowledge.release import Combination, Release
from interactions.medicines.resolution import Resolution


def with_label_parts(found: Resolution, release: Release) -> Resolution:
    """The resolution with every other ingredient of its product named: in ``remarks`` with the reason why no rule asks
    for it, in ``not_understood`` where nothing is known of it. The medicines of a list are read one by one."""
    if not release.label_parts or not found.resolved:
        return found
    parts = tuple(with_label_parts(part, release) for part in found.parts)
    others = found.product.others if isinstance(found.product, Combination) else ()
    beside = (*others, *found.not_understood, *(name for part in parts for name in part.not_understood))
    known = [name for name in beside if name.casefold() in release.label_parts]
    said = (f"holds {name} as well, which no rule asks for: {release.label_parts[name.casefold()]}" for name in known)
    inside = (remark for part in parts for remark in part.remarks)
    return replace(
        found,
        parts=parts,
        remarks=tuple(dict.fromkeys((*found.remarks, *said, *inside))),
        not_understood=tuple(dict.fromkeys(name for name in beside if name not in known)),
    )
