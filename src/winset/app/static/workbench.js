// The little that the pages do themselves: a slider shows its number and, once moved, is sent; the
// editor numbers its lines; a problem's link goes to its line. Without it the pages work all the same.
"use strict";
(function () {
  function number(slider) {
    const out = slider.parentElement.querySelector("output");
    if (out) out.textContent = slider.value;
  }
  document.addEventListener("input", function (event) {
    const field = event.target;
    if (field.type === "range") {
      number(field);
      if (field.dataset.name) field.name = field.dataset.name;
      const other = field.dataset.fills && document.getElementById(field.dataset.fills);
      if (other) other.value = field.value;
    }
    if (field.matches("textarea.code")) lines(field);
  });
  function lines(area) {
    const gutter = area.parentElement.querySelector(".gutter");
    if (!gutter) return;
    const count = area.value.split("\n").length;
    if (gutter.dataset.count !== String(count)) {
      gutter.dataset.count = count;
      gutter.textContent = Array.from({ length: count }, (_, i) => i + 1).join("\n");
    }
    gutter.scrollTop = area.scrollTop;
  }
  document.addEventListener("scroll", function (event) {
    if (event.target.matches && event.target.matches("textarea.code")) lines(event.target);
  }, true);
  function all() { document.querySelectorAll("textarea.code").forEach(lines); }
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSettle", all);
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[data-line]");
    const area = link && document.querySelector("textarea.code");
    if (!area || link.dataset.file !== area.dataset.file) return;
    event.preventDefault();
    const line = Number(link.dataset.line);
    const before = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const end = area.value.indexOf("\n", before);
    area.focus();
    area.setSelectionRange(before, end < 0 ? area.value.length : end);
    const height = parseFloat(getComputedStyle(area).lineHeight);
    area.scrollTop = Math.max(0, (line - 6) * height);
    lines(area);
  });
})();
