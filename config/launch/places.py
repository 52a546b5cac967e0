"""Where things are: the checkout, the virtual environment, and the folder that holds what this machine made."""

from dataclasses import dataclass
from pathlib import Path

from config.environment import Environment
from config.launch.problem import LaunchError

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Places:
    """The folders of one installation and the values it was started with."""

    root: Path
    var: Path
    env: Environment

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        """What the processes write."""
        return self.var / "log"

    def child_environment(self, **extra: str) -> dict[str, str]:
        """The environment of every process that is started: ours, `.env`, the folders, and what is given here."""
        return {
            **self.env.values,
            "VAR_DIR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(self.root),
            "PYTHONUNBUFFERED": "1",
            **extra,
        }


def find_places(root: Path = ROOT) -> Places:
    """Read the environment and `.env`."""
    env = Environment.load(root, error=LaunchError)
    return Places(root, env.folder("VAR_DIR", root / "var"), env)
