// The drawing beside a plan's form is htmx's work. A form that is being sent needs it no more: what is under way stops.
(() => {
  "use strict";
  const form = document.getElementById("plan-form");
  const looked = document.querySelector(".looked");
  if (!form || !looked || !window.htmx) return;

  let leaving = false;
  form.addEventListener("submit", () => {
    leaving = true;
    window.htmx.trigger(looked, "htmx:abort");
  });
  looked.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving) event.preventDefault();
    else looked.setAttribute("aria-busy", "true");
  });
  looked.addEventListener("htmx:afterRequest", () => looked.removeAttribute("aria-busy"));
  // The way back leads to the form as it was left.
  window.addEventListener("pageshow", () => { leaving = false; });
})();
