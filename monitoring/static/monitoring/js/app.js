// Small conveniences only: every page works without this file.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.addEventListener("click", () => window.print());
  });

  // A second tap on a slow line must not send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    window.setTimeout(allowAgain, 10000);
  });

  // When no answer came, or after the browser's Back button, the form may be sent again.
  function allowAgain() {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    document.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
  }
  window.addEventListener("pageshow", allowAgain);

  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
})();
