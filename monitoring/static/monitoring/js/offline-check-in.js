// A check-in without a network: asks, judges at once by the table of the thresholds, and keeps what was answered.
(() => {
  "use strict";
  const room = document.querySelector("[data-check-in]");
  if (!room) return;
  const table = JSON.parse(room.dataset.checkIn);
  const steps = [...room.querySelectorAll("[data-step]")];
  const EMERGENCY = 4;
  const URGENT = 3;

  // --- the judgement: the same levels as the server's for a patient it knows nothing of --------------------------
  function holds(clause, answers) {
    const scored = Object.entries(clause.at_least).some(([question, least]) => answers[question] >= least);
    const chosen = ([question, options]) => (answers[question] || []).some((option) => options.includes(option));
    return scored || Object.entries(clause.has).some(chosen);
  }

  function judge(answers, isWhole) {
    const signs = [];
    Object.entries(table.scales).forEach(([question, rule]) => {
      const score = answers[question];
      if (score !== undefined) signs.push([rule.levels[score], rule.own[score]]);
    });
    Object.entries(table.choices).forEach(([question, rule]) => {
      (answers[question] || []).forEach((option) => signs.push([rule[option], rule[option]]));
    });
    const levels = signs.map(([level]) => level);
    table.together.forEach((rule) => {
      if (rule.all.every((clause) => holds(clause, answers))) levels.push(rule.level);
    });
    if (signs.length === 0) levels.push(table.warning);
    if (signs.filter(([, own]) => own >= table.warning).length >= table.several.count) levels.push(table.several.level);
    if (isWhole && table.gaps.questions.some((question) => answers[question] === undefined)) levels.push(table.gaps.level);
    return Math.max(...levels);
  }

  function thinksOfHarm(answers) {
    return answers.q9_mood === 3 || (answers.danger_signs || []).includes("self_harm");
  }

  function outcome(answers, isWhole) {
    const level = judge(answers, isWhole);
    if (level < EMERGENCY) return level === URGENT ? "urgent" : "kept";
    if (!thinksOfHarm(answers)) return "emergency";
    const rest = { ...answers, danger_signs: (answers.danger_signs || []).filter((sign) => sign !== "self_harm") };
    delete rest.q9_mood;
    return judge(rest, false) === EMERGENCY ? "emergency" : "crisis";
  }
  window.evenkeelJudge = judge;

  // --- what was answered so far ------------------------------------------------------------------------------------
  const keeper = window.evenkeel;
  // Milliseconds: as long as a check-in may be answered. What was felt longer ago is not how they feel now.
  const OLDEST_DRAFT = 12 * 3600 * 1000;
  const fresh = () => ({ key: window.crypto.randomUUID(), begunAt: null, answers: {}, seen: [] });
  // One that is of nobody knows when, or of a time to come, counts as too old.
  const isTooOld = ({ begunAt }) => !(Date.now() - begunAt >= 0 && Date.now() - begunAt < OLDEST_DRAFT);
  let draft = fresh();
  let owner = null;
  let ended = "";
  let keptAs = null; // its key, from when the disk has it
  const pages = steps.map((step) => step.dataset.step).filter((name) => /^\d+$/.test(name));

  const named = (name) => steps.find((step) => step.dataset.step === name);
  const pageOf = (step) => {
    let at = steps.indexOf(step);
    while (!pages.includes(steps[at].dataset.step)) at -= 1;
    return steps[at].dataset.step;
  };
  const partsOf = (page) => steps.filter((step) => step.dataset.question && step.dataset.step !== page && pageOf(step) === page);
  const onward = () => pages.find((page) => !draft.seen.includes(page)) || "review";

  function show(name, push = true) {
    const step = named(ended || name) || named("start");
    steps.forEach((each) => {
      each.hidden = each !== step;
    });
    if (step.dataset.step === "review") fillReview();
    if (push) window.history.pushState({ step: step.dataset.step }, "", `#${step.dataset.step}`);
    const heading = step.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
    window.scrollTo(0, 0);
  }

  function fillReview() {
    const list = room.querySelector("[data-review]");
    list.replaceChildren(
      ...steps.filter((step) => step.dataset.question).map((step) => {
        const row = document.createElement("div");
        const [label, told, action] = [document.createElement("dt"), document.createElement("dd"), document.createElement("dd")];
        label.textContent = step.dataset.label;
        told.textContent = wordsOf(step) || list.dataset.open;
        const change = document.createElement("button");
        change.type = "button";
        change.className = "btn-link";
        change.textContent = list.dataset.change;
        change.setAttribute("aria-label", `${list.dataset.change}: ${step.dataset.label}`);
        change.addEventListener("click", () => show(step.dataset.step));
        action.className = "summary-action";
        action.append(change);
        row.append(label, told, action);
        return row;
      }),
    );
  }

  function wordsOf(step) {
    const answer = draft.answers[step.dataset.question];
    if (answer === undefined) return "";
    if (typeof answer === "number") return step.querySelector(`[data-answer="${answer}"]`).textContent.trim();
    const ticked = answer.map((value) => step.querySelector(`input[value="${value}"]`)).filter(Boolean);
    const none = step.querySelector("[data-none], [data-well]");
    return ticked.map((box) => box.parentElement.textContent.trim()).join("; ") || none.textContent.trim();
  }

  // --- one tap -------------------------------------------------------------------------------------------------------
  async function answered(step, given, questions) {
    const page = pageOf(step);
    const isStale = draft.begunAt !== null && isTooOld(draft);
    if (isStale) draft = fresh();
    draft.begunAt ??= Date.now();
    questions.forEach((question) => delete draft.answers[question]);
    Object.assign(draft.answers, given);
    const parts = step.dataset.step === page ? [] : partsOf(page);
    const next = draft.seen.includes(page) ? undefined : parts[parts.indexOf(step) + 1];
    if (!next && !draft.seen.includes(page)) draft.seen.push(page);
    // An emergency does not wait for the rest of the questions, nor for the disk.
    if (judge(draft.answers, false) === EMERGENCY) return finish(false);
    if (isStale) return startAgain();
    if (owner) await keeper.store.set("draft", { ...draft, owner }).catch(() => {});
    return show(next ? next.dataset.step : onward());
  }

  async function startAgain() {
    draft = fresh();
    room.querySelectorAll("[data-too-old]").forEach((line) => {
      line.hidden = false;
    });
    if (owner) await keeper.store.set("draft", null).catch(() => {});
    show("start");
  }

  // The same answers of one check-in are one, in however many tabs they are given; others are another.
  async function keyOf(answers) {
    const told = new TextEncoder().encode(JSON.stringify([draft.key, Object.entries(answers).sort()]));
    const bytes = new Uint8Array(await window.crypto.subtle.digest("SHA-256", told)).slice(0, 16);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function finish(isWhole) {
    if (ended) return;
    if (isWhole && isTooOld(draft)) {
      await startAgain();
      return;
    }
    ended = outcome(draft.answers, isWhole);
    room.querySelectorAll("[data-also-crisis]").forEach((part) => {
      part.hidden = !thinksOfHarm(draft.answers);
    });
    room.querySelectorAll("[data-also-extra]").forEach((part) => {
      part.hidden = !(draft.answers.q10_doses_other || []).includes("extra_dose");
    });
    show(ended);
    try {
      if (owner) {
        const key = await keyOf(draft.answers);
        await keeper.store.keep({ key, owner, answers: draft.answers, takenAt: new Date().toISOString() });
        keptAs = key;
      }
    } catch {
      keptAs = null; // a full or a broken disk: the page says so
    }
    tell(keptAs ? "kept" : "lost");
    if (keptAs) await keeper.send();
  }

  function tell(fate) {
    room.querySelectorAll("[data-fate]").forEach((line) => {
      line.hidden = line.dataset.fate !== fate;
    });
  }

  function ticksOf(step) {
    return [...step.querySelectorAll("input:checked")].map((box) => box.value);
  }

  room.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const step = event.target.closest("[data-step]");
    if (!button || !step || ended) return;
    const { question } = step.dataset;
    const kind = button.dataset;
    if ("begin" in kind) show(onward());
    else if ("different" in kind) show(partsOf(step.dataset.step)[0].dataset.step);
    else if ("well" in kind) answered(step, JSON.parse(kind.well), Object.keys(JSON.parse(kind.well)));
    else if ("answer" in kind) answered(step, { [question]: Number(kind.answer) }, [question]);
    else if ("none" in kind) answered(step, { [question]: ["none"] }, [question]);
    else if ("skip" in kind) answered(step, {}, question ? [question] : partsOf(step.dataset.step).map((part) => part.dataset.question));
    else if ("keep" in kind) finish(true);
    else if ("ticked" in kind) {
      const ticked = ticksOf(step);
      const nothing = step.querySelector("[data-nothing]");
      nothing.hidden = ticked.length > 0;
      if (ticked.length > 0) answered(step, { [question]: ticked }, [question]);
      else nothing.focus();
    }
  });
  window.addEventListener("popstate", (event) => show(event.state?.step || "start", false));
  // What the disk never had stays "not sent" whatever comes later, and so does what is gone without an answer to it.
  document.addEventListener("evenkeel:counted", ({ detail }) => {
    if (!keptAs) return;
    const url = detail.sent.get(keptAs);
    room.querySelectorAll("[data-fate=sent] a").forEach((link) => {
      if (url) link.href = url;
    });
    if (url) tell("sent");
    else tell(detail.kept.includes(keptAs) ? "kept" : "lost");
  });

  async function begin() {
    owner = keeper ? (await keeper.store.get("owner")) || null : null;
    room.querySelector("[data-not-kept]").hidden = Boolean(owner);
    const left = owner ? await keeper.store.get("draft") : null;
    if (!left || left.owner !== owner) return;
    if (isTooOld(left)) {
      await startAgain();
      return;
    }
    draft = left;
    show(onward(), false);
  }
  begin().catch(() => {});
})();
