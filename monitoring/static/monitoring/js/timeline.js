// The “Day” slider under the timeline. Without this file the chart, the sentence and the table say the same.
(() => {
  "use strict";
  const slider = document.getElementById("day-slider");
  const region = document.querySelector("[data-chart]");
  if (!slider || !region) return;

  const days = JSON.parse(document.getElementById(slider.dataset.days).textContent);
  const reading = document.getElementById("day-reading");
  const chart = region.querySelector("svg");
  const cursor = chart.querySelector(".cursor");

  function show(moved) {
    const day = days[Number(slider.value)];
    cursor.setAttribute("x1", day.x);
    cursor.setAttribute("x2", day.x);
    cursor.classList.toggle("is-on", moved);
    reading.textContent = day.text;
    slider.setAttribute("aria-valuetext", day.text);
  }
  slider.addEventListener("input", () => show(true));

  chart.addEventListener("pointermove", (event) => {
    const box = chart.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
    if (x < days[0].x || x > days[days.length - 1].x) return;
    const step = (days[days.length - 1].x - days[0].x) / Math.max(1, days.length - 1);
    slider.value = Math.round((x - days[0].x) / step);
    show(true);
  });

  // The number of an event in the list moves the slider to its day; the link itself goes to its mark.
  document.querySelectorAll("[data-day]").forEach((link) =>
    link.addEventListener("click", () => {
      slider.value = link.dataset.day;
      show(true);
      const middle = (days[Number(slider.value)].x / chart.viewBox.baseVal.width) * region.scrollWidth;
      region.scrollLeft = middle - region.clientWidth / 2;
    }),
  );

  show(false);
  // A small screen begins at today, where the question is.
  const today = days[Number(slider.value)].x / chart.viewBox.baseVal.width;
  region.scrollLeft = today * region.scrollWidth - region.clientWidth * 0.45;
})();
