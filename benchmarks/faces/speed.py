"""A slow phone: what a page weighs, when its largest part stands, how much it moves, how soon it answers.

CPU at a sixth, 1.6 Mbit/s, 150 ms a round trip, nothing cached. The limits are goals of the house;
they bind no test, since they measure the machine too. What the worker keeps for a day without a network is fetched
behind the page, once an installation and once a day: it is told beside the pages, not among them.
"""

import gzip
import json
import statistics
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, Page, Response

from benchmarks.faces import minute
from benchmarks.faces.asking import Finding, Look
from benchmarks.faces.clinic import Place
from benchmarks.faces.people import PEOPLE, Person, signed_in

ROUNDS: Final = 3
SLOW_NETWORK: Final = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}
LCP_SECONDS, CLS, INP_MS = 2.0, 0.02, 200
PATIENT_KB, STAFF_KB, REQUESTS = 20.0, 120.0, 8
# Who, where, and where a finger or key does something.
PAGES: Final = (
    ("anonymous", "/help/emergency/", "summary"),
    ("anonymous", "/login/", "input[name=username]"),
    ("patient", "/me/", "summary"),
    ("patient", "check-in", "input[type=checkbox]"),
    ("clinician", "/alerts/", "input"),
    ("clinician", "patient", "#day-slider"),
)
OBSERVE: Final = """
() => {
  window.__seen = {lcp: 0, cls: 0, slowest: 0};
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.__seen.lcp = entry.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.__seen.cls += entry.value;
  })).observe({type: "layout-shift", buffered: true});
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    window.__seen.slowest = Math.max(window.__seen.slowest, entry.duration);
  })).observe({type: "event", buffered: true, durationThreshold: 16});
}
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: kilobytes as gzip would send them, requests, seconds, a share of the window, milliseconds."""

    weight_kb: float
    requests: int
    lcp_seconds: float
    cls: float
    inp_ms: float


def measure(browser: Browser, place: Place, *, only: str) -> tuple[dict[str, object], list[Finding]]:
    """The median visit to each page, and what misses its limit."""
    figures: dict[str, object] = {}
    wrong: list[Finding] = []
    for who, where, tapped in PAGES:
        if only not in where:
            continue
        person = next(each for each in PEOPLE if each.name == who)
        visit = _median([_visit(browser, place, person, where, tapped) for _ in range(ROUNDS)])
        figures[f"{who} {where}"] = {name: getattr(visit, name) for name in Visit.__slots__}
        wrong += [Finding(who, where, Look(390, "light"), each) for each in _missed(visit, who)]
    if not only:
        figures["kept for a day without a network"] = _kept(browser, place)
        for name, seconds, most in minute.measure(browser, place):
            figures[name] = seconds
            if seconds > most:
                wrong.append(Finding("patient", name, Look(390, "light"), f"{seconds} s above {most}"))
    return figures, wrong


def _kept(browser: Browser, place: Place) -> dict[str, object]:
    """What the worker fetches when it is installed."""
    with signed_in(browser, place, PEOPLE[0], Look(390, "light")) as page:
        told = page.request.get(place.url + "/sw.js").text().partition("\n")[0]
        keeps: dict[str, Any] = json.loads(told.removeprefix("self.KEEPS = ").removesuffix(";"))
        addresses = [*keeps["help"], *keeps["own"], *keeps["files"]]
        bodies = [page.request.get(place.url + address).body() for address in addresses]
    return {"weight_kb": round(sum(len(gzip.compress(each)) for each in bodies) / 1024, 1), "requests": len(bodies)}


def slowed(page: Page) -> None:
    """From now on the page is on a slow phone."""
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    client.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 6})


def _missed(visit: Visit, who: str) -> list[str]:
    limits = {
        "weight_kb": STAFF_KB if who == "clinician" else PATIENT_KB,
        "requests": REQUESTS,
        "lcp_seconds": LCP_SECONDS,
        "cls": CLS,
        "inp_ms": INP_MS,
    }
    return [
        f"{name} {getattr(visit, name)} above {limit}" for name, limit in limits.items() if getattr(visit, name) > limit
    ]


def _median(visits: list[Visit]) -> Visit:
    values = {name: round(statistics.median(getattr(visit, name) for visit in visits), 3) for name in Visit.__slots__}
    return Visit(**{**values, "requests": int(values["requests"])})


def _visit(browser: Browser, place: Place, person: Person, where: str, tapped: str) -> Visit:
    with signed_in(browser, place, person, Look(390, "light")) as page:
        path = _address(page, place, where)
        slowed(page)
        answers: list[Response] = []

        def note(answer: Response) -> None:  # playwright writes on what it calls
            answers.append(answer)

        page.goto("about:blank")
        page.on("response", note)
        page.add_init_script(f"({OBSERVE})()")
        page.goto(path, wait_until="load")
        page.wait_for_load_state("networkidle")
        weight = sum(len(gzip.compress(answer.body())) for answer in answers if answer.ok)
        if page.locator(tapped).count():
            page.locator(tapped).first.focus()
            page.keyboard.press("Space" if "checkbox" in tapped or tapped == "summary" else "ArrowRight")
            page.wait_for_timeout(300)
        seen: dict[str, Any] = page.evaluate("window.__seen")
        return Visit(
            round(weight / 1024, 1), len(answers), round(seen["lcp"] / 1000, 2), round(seen["cls"], 4), seen["slowest"]
        )


def _address(page: Page, place: Place, where: str) -> str:
    """The address meant: a path, a patient's first question, or the first patient's record."""
    if where == "check-in":
        page.goto(place.url + "/me/")
        page.locator("form[action*='check-ins/start'] button").first.click()
        page.wait_for_load_state()
        return page.url
    if where == "patient":
        page.goto(place.url + "/patients/")
        page.locator("main table a[href*='/patients/']").first.click()
        page.wait_for_load_state()
        return page.url
    return place.url + where
