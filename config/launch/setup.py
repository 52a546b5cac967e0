"""`setup`: everything that must be in place before the processes start; quick when nothing changed."""

import json
import subprocess

from config.launch import checks, keys
from config.launch.install import install
from config.launch.places import Places
from config.launch.problem import LaunchError

DEMO_PEOPLE = ("clinician", "colleague", "stranger", "patient", "paciente", "carer", "admin")


def setup(places: Places) -> list[str]:
    """Check the machine, make the keys, install, bring the database up to date; return the lines of the welcome."""
    checks.check_machine(places)
    keys.make_keys(places)
    return prepare(places)


def prepare(places: Places) -> list[str]:
    """Install, migrate, collect static files and load the demo clinic; return what to say about its sign-ins."""
    demo = places.env.flag("DEMO", default=True)
    password, new = keys.demo_password(places) if demo else ("", False)
    install(places, "requirements.txt")
    environment = places.child_environment(EVENKEEL_SEED_DEMO="1" if demo else "0", DEMO_PASSWORD=password)
    done = subprocess.run(
        [places.python, "-m", "config.prepare"],
        cwd=places.root,
        env=environment,
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
    )
    if done.returncode != 0:
        raise LaunchError(_last_line(done.stderr) or "The database cannot be brought up to date.")
    if not (demo and json.loads(_last_line(done.stdout))["demo"]):
        return []
    return _sign_ins(places, password, new=new)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def _sign_ins(places: Places, password: str, *, new: bool) -> list[str]:
    """The password is shown once; afterwards only its file is named."""
    people = [f"  {name}@demo.example" for name in DEMO_PEOPLE]
    if new:
        return [f"Demo sign-ins, all with the password {password}", *people]
    if places.env.text("DEMO_PASSWORD"):
        return ["Demo sign-ins, with the password given as DEMO_PASSWORD", *people]
    return [f"Demo sign-ins, with the password kept in {places.var / 'demo_password'}", *people]
