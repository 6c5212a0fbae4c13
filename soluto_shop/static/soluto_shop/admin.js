/* Gives the admin's tables the words that its markup leaves out: cells know their column,
   and the fields in them have names for those who listen. */
(() => {
  "use strict";
  const words = (cell) => (cell ? cell.textContent.trim().replace(/\s+/g, " ").replace(/[:?]$/, "") : "");

  const nameCells = (table) => {
    const heads = [...table.querySelectorAll("thead th")].map(words);
    for (const row of table.querySelectorAll("tbody tr")) {
      const subject = words(row.querySelector("th, td.original p"));
      [...row.cells].forEach((cell, column) => {
        const head = heads[column];
        if (!head || cell.colSpan > 1) return;
        cell.dataset.label = head;
        for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
          if (field.labels.length || field.hasAttribute("aria-label")) continue;
          field.setAttribute("aria-label", subject ? `${head}, ${subject}` : head);
        }
      });
    }
  };

  const nameAll = () => {
    for (const table of document.querySelectorAll("#result_list, .tabular table")) nameCells(table);
    for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) tip.setAttribute("role", "img");
    for (const head of document.querySelectorAll(".tabular thead th")) {
      if (!words(head)) head.setAttribute("aria-hidden", "true");
    }
    const search = document.getElementById("searchbar");
    if (search) search.setAttribute("aria-label", search.form.querySelector("[type=submit]").value);
    for (const chooser of document.querySelectorAll(".select2 [role=combobox], .select2 [role=textbox]")) {
      const select = chooser.closest(".select2").previousElementSibling;
      const label = words(select.labels[0]) || select.getAttribute("aria-label");
      if (label) chooser.setAttribute("aria-label", label);
    }
    for (const part of document.querySelectorAll(".datetime input")) {
      const row = part.closest(".form-row");
      const label = row && words(row.querySelector("label, legend"));
      if (label && !part.labels.length) part.setAttribute("aria-label", `${label}, ${words(part.previousSibling)}`);
    }
  };

  document.addEventListener("formset:added", nameAll);
  addEventListener("load", () => setTimeout(nameAll)); // after the choosers have been drawn
})();
