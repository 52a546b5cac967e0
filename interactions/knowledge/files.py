"""Which files a release holds: one for a part, or a folder of several that are read as one.

A folder stands for a file of the same name (`substances/opioids.yaml`, … for `substances.yaml`), so that a reviewer
reads a class at a time.
"""

from pathlib import Path

from interactions.knowledge.parts import ABOUT_FILE, DIRECTORIES, FILES, Part
from interactions.knowledge.reading import KnowledgeError


def data_files(folder: Path) -> list[str]:
    """Every data file of a release by its name inside the folder, in name order."""
    inside = [path for directory in DIRECTORIES for path in (folder / directory).glob("*.yaml")]
    shown = (path for path in (*folder.glob("*.yaml"), *inside) if not path.name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in shown)


def contents(folder: Path, part: Part) -> tuple[str, ...]:
    """The files that hold the records of a part, in name order; none when the release says nothing of it."""
    if (folder / part.file).exists():
        return (part.file,)
    if part.directory is None:
        return ()
    return tuple(name for name in data_files(folder) if name.startswith(f"{part.directory}/"))


def place_of(folder: Path, part: Part) -> str:
    """Where a missing record of a part would be looked for: its file, or the folder that stands for it."""
    split = part.directory is not None and (folder / part.directory).is_dir()
    return f"{part.directory}/" if split else part.file


def refuse_strays(folder: Path) -> None:
    """KnowledgeError for whatever no release reads: it would be thought to hold, and would not."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and path.name in DIRECTORIES:
            _refuse_strays_inside(folder, path)
        elif path.is_dir() or path.name not in FILES | {ABOUT_FILE}:
            raise KnowledgeError(f"{folder.name}/{path.name}: a release has no such file")


def _refuse_strays_inside(folder: Path, directory: Path) -> None:
    name = f"{folder.name}/{directory.name}"
    if (folder / f"{directory.name}.yaml").exists():
        raise KnowledgeError(f"{name}: is a folder and a file ({directory.name}.yaml): one of the two must hold it all")
    inside = sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    for path in inside:
        if path.is_dir() or path.suffix != ".yaml":
            raise KnowledgeError(f"{name}/{path.name}: a release has no such file")
    if not inside:
        raise KnowledgeError(f"{name}: holds no file")
