"use strict";
// A click on a head sorts its table: numbers by size, cells without one last, words by the alphabet.
for (const button of document.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = head.closest("table");
    const column = [...head.parentNode.children].indexOf(head);
    const up = head.getAttribute("aria-sort") !== "descending" ? -1 : 1;
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
    const words = head.classList.contains("w");
    const key = (row) => {
      const text = row.children[column].textContent.trim();
      return words ? text : parseFloat(text);
    };
    const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (words) return up * a.localeCompare(b);
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
      return up * (a - b);
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
  });
}
