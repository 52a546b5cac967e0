"""An order-sign of twenty orders through gunicorn, against a bare Django view and one that only reads the request.

The product lets the caller in, reads the request strictly, checks the medicines with the patient's record, explains
what it found on cards and (in one of its two servers) commits a row for the call and one for each card to a durable
PostgreSQL. The bare view is the server's limit: it gets the same body and looks at none of it. The peer makes models
of the same resources with fhir.resources and answers without a card.
"""

import json
import random
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final
from uuid import UUID

from benchmarks import database
from benchmarks.load import CONNECTIONS, Request, send_all, serve
from benchmarks.measuring import Job, interleaved, ratio

PATH: Final = "/cds-services/evenkeel-order-sign"
CALLS: Final = 200
DIFFERENT: Final = 50
AMOUNTS: Final = (2.5, 5, 10, 12.5, 20, 25, 37.5, 50, 75, 100)
WITH, WITHOUT = "order-sign, recorded", "order-sign, not recorded"
QUIET: Final = "order-sign without the pair, recorded"
BARE, PEER = "bare Django view", "fhir.resources view"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
# Ingredients by their RxNorm codes: the pair first, then eighteen that are often ordered beside it.
ORDERS: Final = (
    ("1292", "baclofen"), ("704", "amitriptyline"), ("25480", "gabapentin"), ("10689", "tramadol"),
    ("36437", "sertraline"), ("29046", "lisinopril"), ("17767", "amlodipine"), ("6809", "metformin"),
    ("32675", "oxybutynin"), ("4603", "furosemide"), ("161", "acetaminophen"), ("20610", "cetirizine"),
    ("83367", "atorvastatin"), ("7646", "omeprazole"), ("6918", "metoprolol"), ("5487", "hydrochlorothiazide"),
    ("10582", "levothyroxine"), ("52175", "losartan"), ("435", "albuterol"), ("5640", "ibuprofen"),
)  # fmt: skip


def run(rounds: int, seed: int) -> dict[str, object]:
    """Calls a second of each server, and the product as a share of its limit and a multiple of its peer."""
    database.start()
    _open_the_door(seed)
    dice = random.Random(seed)
    bodies = [json.dumps(order_sign(ORDERS, dice)) for _ in range(DIFFERENT)]
    quiet = [json.dumps(order_sign(ORDERS[2:] + ORDERS[10:12], dice)) for _ in range(DIFFERENT)]
    servers = {
        WITH: serve("benchmarks.hook_server", EVENKEEL_BENCH_RECORD="on"),
        WITHOUT: serve("benchmarks.hook_server", EVENKEEL_BENCH_RECORD="off"),
        BARE: serve("benchmarks.bare:application"),
    }
    not_run = {} if find_spec("fhir") else {PEER: "fhir.resources is not installed"}
    if not not_run:
        servers[PEER] = serve("benchmarks.peers.fhir_view")
    jobs = {name: _job(port, PATH if name in {WITH, WITHOUT} else "/", bodies) for name, port in servers.items()}
    jobs[QUIET] = _job(servers[WITH], PATH, quiet)
    figures = interleaved(jobs, rounds)
    shares = {f"{name} over bare view": ratio(figures, name, BARE) for name in (WITH, WITHOUT, QUIET)}
    multiples = {} if not_run else {f"{name} over {PEER}": ratio(figures, name, PEER) for name in (WITH, WITHOUT)}
    return {
        "connections": CONNECTIONS,
        "durability": database.DURABLE,
        "orders": len(ORDERS),
        "body_bytes": len(bodies[0]),
        "cards": _cards(servers[WITH], bodies[0]),
        "figures": figures,
        "ratios": shares | multiples,
        "not run": not_run,
        "calls_stored": _stored(),
    }


def _job(port: int, path: str, bodies: Sequence[str]) -> Job:
    headers = {"Content-Type": "application/json", "Host": f"127.0.0.1:{port}"}
    requests = [Request("POST", path, bodies[number % len(bodies)], headers) for number in range(CALLS)]
    return lambda: send_all(port, requests, lambda status: status == 200)


def order_sign(orders: Sequence[tuple[str, str]], dice: random.Random) -> dict[str, Any]:
    """A request of the standard's shape: drafts in any order with a dose each, the patient, a kidney value, empty
    lists beside."""
    empty = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    born = f"{dice.randrange(1935, 2000)}-03-14"
    patient = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": born}
    mixed = dice.sample(orders, len(orders))
    drafts = [{"resource": _draft(code, name, number, dice)} for number, (code, name) in enumerate(mixed)]
    return {
        "hook": "order-sign", "hookInstance": str(UUID(int=dice.getrandbits(128), version=4)),
        "context": {
            "userId": "Practitioner/u", "patientId": "p",
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": drafts},
        },
        "prefetch": {
            "patient": patient, "medicationRequests": empty, "medicationStatements": empty, "conditions": empty,
            "observations": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": _egfr(dice)}]},
        },
    }  # fmt: skip


def _draft(code: str, name: str, number: int, dice: random.Random) -> dict[str, Any]:
    amount, times = dice.choice(AMOUNTS), dice.choice((1, 2, 3, 4))
    quantity = {"value": amount, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "resourceType": "MedicationRequest", "id": f"order-{number}", "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2026-06-15",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code, "display": name}], "text": name},
        "dosageInstruction": [
            {
                "text": f"{amount} mg {times} times a day",
                "timing": {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}},
                "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006", "display": "Oral"}]},
                "doseAndRate": [{"doseQuantity": quantity}],
            }
        ],
    }  # fmt: skip


def _egfr(dice: random.Random) -> dict[str, Any]:
    unit = "mL/min/{1.73_m2}"
    value = {"value": dice.randrange(15, 110), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation", "id": "egfr", "status": "final", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-06-01", "code": {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]},
        "valueQuantity": value,
    }  # fmt: skip


def _open_the_door(seed: int) -> None:
    from django.utils import timezone

    from interactions.cds_hooks.models import CdsClient

    now = timezone.now()
    CdsClient.objects.update_or_create(
        name="Bench",
        defaults={
            "tenant": UUID(int=seed, version=4), "issuer": f"https://bench-{seed}.example", "must_sign": False,
            "made_at": now, "made_by": "bench", "changed_at": now, "changed_by": "bench",
        },
    )  # fmt: skip


def _cards(port: int, body: str) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", PATH, body, {"Content-Type": "application/json"})
    return len(json.load(connection.getresponse())["cards"])


def _stored() -> int:
    from interactions.cds_hooks.models import HookCall

    return HookCall.objects.count()
