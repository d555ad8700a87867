// Acts of the agenda editor: sends one to the server, swaps in what came of it, says it aloud, keeps the focus.
// Everything goes through the server, which alone knows times; nothing here reads the clock.
"use strict";
window.agenda = (() => {
  const live = document.getElementById("agenda-live");
  const root = () => document.getElementById("agenda");
  const form = () => document.getElementById("agenda-form");
  const held = new Set(); // why nothing may be swapped under somebody's hands: "keys", "drag"
  let busy = false;
  let waiting = [];
  let putBack = null; // undoes what the page showed before the server said yes
  let focused = ""; // the id of what had the focus before a swap
  let opened = [];

  function say(text) {
    live.textContent = "";
    // A live region speaks about changes: the same sentence twice is one only if it was empty in between.
    window.setTimeout(() => { live.textContent = text; }, 20);
  }

  function word(name, values = {}) {
    return Object.entries(values).reduce(
      (text, [key, value]) => text.replaceAll(`{${key}}`, value), live.dataset[name] || "");
  }

  // One act after the other, each with the version that the one before it made.
  function act(values, back = null) {
    if (!form()) return;
    if (busy) {
      waiting.push(values);
      return;
    }
    busy = true;
    putBack = back;
    const sent = form();
    window.htmx
      .ajax("POST", sent.getAttribute("action"), { source: sent, target: "#agenda", swap: "outerHTML show:none", values })
      .then(ended, ended);
  }

  function ended() {
    busy = false;
    putBack = null;
    if (waiting.length) act(waiting.shift());
  }

  function failed() {
    waiting = [];
    const here = document.activeElement ? document.activeElement.id : "";
    if (putBack) putBack();
    if (here) document.getElementById(here)?.focus({ preventScroll: true });
    say(word("lost"));
    const shown = root().querySelector(".says");
    if (shown) shown.textContent = word("lost");
  }

  // Typed and not sent, picked up, dragged, or refused and not corrected yet.
  function inHand() {
    if (busy || held.size || document.hidden || document.querySelector("dialog[open]")) return true;
    const sent = form();
    if (!sent || sent.querySelector("[aria-invalid], #reason")) return true;
    return [...sent.elements].some((each) => {
      if (each.tagName === "SELECT") return document.activeElement === each;
      if (each.tagName !== "INPUT" || each.type === "hidden") return false;
      // Minutes that an undo left in their field were drawn by the server, and are not saved all the same.
      const saved = each.name.startsWith("m-") ? each.closest("[data-minutes]").dataset.minutes : each.defaultValue;
      return each.value !== saved;
    });
  }

  const isPoll = (event) => event.detail.elt && event.detail.elt.matches("[data-poll]");
  const isOurs = (event) => event.detail.target && event.detail.target.id === "agenda";

  if (!live || !window.htmx) return null;
  // Only what was typed is sent: what stands in its field as it was drawn says nothing.
  document.body.addEventListener("htmx:configRequest", (event) => {
    const given = event.detail.parameters;
    if (!isOurs(event) || event.detail.verb !== "post" || !given.shown) return;
    for (const each of given.shown.split(" ")) {
      const [key, minutes, presenting] = each.split(":");
      if (given[`m-${key}`] === minutes) delete given[`m-${key}`];
      if (given[`p-${key}`] === presenting) delete given[`p-${key}`];
    }
    delete given.shown;
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (isPoll(event) && inHand()) event.preventDefault();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!isOurs(event)) return;
    if (isPoll(event) && inHand()) event.detail.shouldSwap = false;
    if (event.detail.xhr.status >= 400) waiting = [];
    if (event.detail.shouldSwap && !event.detail.serverResponse.includes('id="agenda"')) {
      event.detail.shouldSwap = false; // signed out meanwhile: the sign-in page is no part of this one
      window.location.reload();
    }
    focused = document.activeElement ? document.activeElement.id : "";
    opened = [...root().querySelectorAll("details[open][id]")].map((each) => each.id);
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (!isOurs(event) || !root()) return;
    for (const id of opened) {
      const fold = document.getElementById(id);
      if (fold) fold.open = true;
    }
    keepFocus();
    if (root().dataset.says) say(root().dataset.says);
    document.dispatchEvent(new CustomEvent("agenda:drawn"));
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.body.addEventListener(name, (event) => { if (!isPoll(event)) failed(); });
  }

  // Where it was; else at the handle of what was moved; else at the first handle there is.
  function keepFocus() {
    const now = document.activeElement;
    if (now && now !== document.body && !now.disabled && root().contains(now)) return;
    const alert = root().querySelector("[role=alert] button");
    const places = [document.getElementById(focused), document.getElementById(`g-${root().dataset.item}`), alert];
    const place = places.find((each) => each && !each.disabled) || (focused && root().querySelector(".grip"));
    if (place) place.focus({ preventScroll: true });
  }

  document.addEventListener("DOMContentLoaded", () => document.dispatchEvent(new CustomEvent("agenda:drawn")));
  return { act, say, word, held, root, form };
})();
