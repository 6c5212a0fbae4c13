/* Makes the shop smoother; everything works without it. */
(() => {
  "use strict";
  const wide = matchMedia("(min-width: 60em)");
  const byId = (id) => (id ? document.getElementById(id) : null);

  // A choice marked data-autosubmit sends its form at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
    // A variant's radio or option may name the picture that shows it.
    const chosen = event.target.selectedOptions ? event.target.selectedOptions[0] : event.target;
    showPicture(byId(chosen && chosen.dataset.picture));
  });

  const showPicture = (picture) => {
    const strip = picture && picture.parentElement;
    if (strip) strip.scrollTo({ left: picture.offsetLeft - strip.offsetLeft });
  };

  // A rule of a password that can be told here is marked while one is typed.
  document.addEventListener("input", (event) => {
    for (const rule of document.querySelectorAll(`[data-rules-of="${event.target.id}"] [data-met]`))
      rule.classList.toggle("met", new RegExp(rule.dataset.met, "su").test(event.target.value));
  });

  // Thumbnails move the strip without adding to the browser's history.
  document.addEventListener("click", (event) => {
    const thumbnail = event.target.closest(".gallery-thumbs a");
    if (thumbnail) {
      event.preventDefault();
      showPicture(byId(thumbnail.hash.slice(1)));
    }
    const menu = document.querySelector(".site-menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".site-menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A form is sent once: its button shows that it is on its way.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  const ready = (root) => {
    for (const form of root.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of root.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };
  addEventListener("pageshow", () => ready(document));

  // Facets and the account's menu stand open where there is room for them.
  const openWhereWide = () => {
    for (const each of document.querySelectorAll(".facets, .account-menu")) each.open = wide.matches;
  };
  wide.addEventListener("change", openWhereWide);
  openWhereWide();

  // What the visitor had opened stays open when its part of the page is renewed.
  let open = false;
  let focused = "";
  const remember = () => {
    const facets = document.querySelector(".facets");
    open = facets !== null && facets.open;
    focused = document.activeElement.id;
  };
  const restore = () => {
    for (const facets of document.querySelectorAll(".facets")) facets.open = open || wide.matches;
    const before = byId(focused);
    if (before && document.activeElement === document.body) before.focus({ preventScroll: true });
  };

  // An answer that lacks the asked part is a page of its own (an error, a sign-in): show it whole.
  document.addEventListener("htmx:beforeSwap", (event) => {
    remember();
    const { target, serverResponse, xhr } = event.detail;
    if (xhr.status < 400 || (target.id && serverResponse.includes(`id="${target.id}"`))) return;
    event.detail.target = byId("main");
    event.detail.selectOverride = "#main";
    event.detail.swapOverride = "outerHTML";
  });
  document.addEventListener("htmx:afterSwap", restore);
  document.addEventListener("htmx:afterRequest", () => ready(document));
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    const first = part.querySelector("[data-focus]");
    if (first) first.focus();
    const news = part.querySelector("[role=status]");
    if (news) byId("announcements").textContent = news.textContent.trim();
    byId("connection-lost").hidden = true;
  });
  document.addEventListener("htmx:sendError", () => {
    byId("connection-lost").hidden = false;
  });
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
