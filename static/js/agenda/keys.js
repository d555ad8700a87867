// The whole editor by keyboard: handles that the arrows go through, Enter to pick up and put down, single keys for acts.
"use strict";
if (window.agenda) {
  const { agenda } = window;
  const help = document.getElementById("agenda-keys");
  let picked = null; // { item, from }
  let moving = false; // the item is being moved in the page, which takes the focus from its handle for a moment
  let goBack = ""; // the handle from which minutes are being typed

  const gripOf = (item) => item.querySelector(".grip");
  const grips = () => [...document.querySelectorAll("#agenda .grip")];
  const itemOf = (element) => element.closest("[data-key]");

  // One handle takes part in the order of the Tab key; the arrows go on from there.
  function rove(to) {
    for (const grip of grips()) grip.tabIndex = grip === to ? 0 : -1;
  }

  function go(item) {
    if (!item) return;
    rove(gripOf(item));
    gripOf(item).focus();
    item.scrollIntoView({ block: "nearest" });
  }

  function pick(item) {
    const from = agenda.where(item);
    from.index = agenda.items(from.list).indexOf(item);
    picked = { item, from };
    agenda.held.add("keys");
    item.classList.add("is-held");
    agenda.form().classList.add("is-carrying");
    gripOf(item).setAttribute("aria-pressed", "true");
    agenda.say(agenda.word("picked", { title: agenda.titleOf(item) }));
  }

  function release() {
    const { item, from } = picked;
    picked = null;
    agenda.held.delete("keys");
    item.classList.remove("is-held");
    agenda.form().classList.remove("is-carrying");
    gripOf(item).setAttribute("aria-pressed", "false");
    return { item, from };
  }

  function putDown() {
    const { item, from } = release();
    agenda.carried(item, from);
  }

  function putBack() {
    const { item, from } = release();
    carry(() => agenda.putBack(item, from), item);
    agenda.show("");
    agenda.say(agenda.word("back", { title: agenda.titleOf(item) }));
  }

  function carry(change, item) {
    const hadFocus = document.activeElement === gripOf(item);
    moving = true;
    change();
    if (hadFocus) gripOf(item).focus({ preventScroll: true });
    moving = false;
  }

  function moveTo(item, change) {
    carry(change, item);
    agenda.retime();
    item.scrollIntoView({ block: "nearest" });
    agenda.foretell(item, picked.from, true);
  }

  // Up and down go on in the session before and the next one; left and right change the list.
  function move(key) {
    const { item } = picked;
    const list = item.parentElement;
    const title = agenda.titleOf(item);
    const lists = agenda.lists();
    const timelines = lists.filter((each) => !agenda.isUnplaced(each));
    const all = agenda.items(list);
    const index = all.indexOf(item);
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const other = lists[lists.indexOf(list) + (key === "ArrowLeft" ? -1 : 1)];
      if (!other) agenda.say(agenda.word("nofurther", { title }));
      else if (agenda.isUnplaced(other) && !item.hasAttribute("data-topic")) agenda.say(agenda.word("pause", { title }));
      else moveTo(item, () => agenda.append(other, item));
      return;
    }
    if (agenda.isUnplaced(list)) {
      agenda.say(agenda.word("ordered", { title }));
      return;
    }
    const step = key === "ArrowUp" ? -1 : 1;
    const neighbour = all[index + step];
    const other = timelines[timelines.indexOf(list) + step];
    if (neighbour) moveTo(item, () => (step < 0 ? neighbour.before(item) : neighbour.after(item)));
    else if (other) moveTo(item, () => (step < 0 ? agenda.append(other, item) : other.prepend(item)));
    else agenda.say(agenda.word("nofurther", { title }));
  }

  function walk(key, item) {
    const lists = agenda.lists().filter((list) => agenda.items(list).length);
    const every = lists.flatMap((list) => agenda.items(list));
    const here = lists.indexOf(item.parentElement);
    if (key === "Home") go(every[0]);
    else if (key === "End") go(every.at(-1));
    else if (key === "ArrowUp") go(every[every.indexOf(item) - 1]);
    else if (key === "ArrowDown") go(every[every.indexOf(item) + 1]);
    else go(agenda.items(lists[here + (key === "ArrowLeft" ? -1 : 1)] || item.parentElement)[0]);
  }

  function typeMinutes(item, event) {
    const field = item.querySelector(".ctl input");
    if (!field) return;
    goBack = gripOf(item).id;
    field.focus();
    field.select(); // the digit itself is typed by the browser, into what has the focus now
  }

  function onGrip(event) {
    const grip = event.target;
    const item = itemOf(grip);
    const { key } = event;
    if (event.altKey || event.metaKey || event.ctrlKey) return;
    if (key === "Tab" && picked) putBack();
    else if (key === "Escape" && picked) putBack();
    else if (/^Arrow|^Home$|^End$/.test(key)) {
      event.preventDefault();
      if (!picked) walk(key, item);
      else if (/^Arrow/.test(key)) move(key);
    } else if (picked) return; // Enter and the space bar press the handle, as on any button
    else if (/^[0-9]$/.test(key)) typeMinutes(item, event);
    else if (key === "?") openHelp(event);
    else if (key === "u") agenda.act({ do: "undo" });
    else if (key === "U") agenda.act({ do: "redo" });
    else if (item.dataset.item && key.toLowerCase() === "p") {
      agenda.act({ [item.querySelector(".pinner").name]: item.dataset.item });
    } else if (item.dataset.item && (key === "Delete" || key === "Backspace")) {
      event.preventDefault();
      if (!item.hasAttribute("data-topic")) nextTo(item); // a pause is gone afterwards
      agenda.act({ out: item.dataset.item });
    }
  }

  function nextTo(item) {
    const all = agenda.items(item.parentElement);
    go(all[all.indexOf(item) + 1] || all[all.indexOf(item) - 1]);
  }

  function openHelp(event) {
    event.preventDefault();
    help.showModal();
  }

  function inMinutes(event) {
    const field = event.target;
    if (!goBack || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") field.value = field.defaultValue;
    document.getElementById(goBack).focus();
    goBack = "";
    if (event.key === "Enter") agenda.act({ do: "minutes" });
  }

  function isText(element) {
    return element.matches("textarea, select, input:not([type=hidden])");
  }

  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (!(target instanceof Element) || !agenda.form()) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isText(target) && !picked) {
      event.preventDefault();
      agenda.act({ do: event.shiftKey ? "redo" : "undo" });
    } else if (target.matches("#agenda .grip")) onGrip(event);
    else if (target.matches("#agenda .ctl input")) inMinutes(event);
    else if (target.id === "reason" && event.key === "Enter") {
      event.preventDefault();
      target.parentElement.querySelector("[name=accept]").click();
    }
  });
  document.addEventListener("click", (event) => {
    const grip = event.target.closest("#agenda .grip");
    if (event.target.closest("[data-keys]")) openHelp(event);
    if (!grip) return;
    const again = picked && picked.item === itemOf(grip);
    if (picked) putDown();
    if (!again) {
      pick(itemOf(grip));
      go(itemOf(grip));
    }
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("#agenda .grip")) rove(event.target);
    if (!event.target.matches("#agenda .ctl input")) goBack = "";
  });
  document.addEventListener("focusout", (event) => {
    if (picked && !moving && event.target === gripOf(picked.item)) putBack();
  });
  document.addEventListener("agenda:drawn", () => {
    picked = null;
    agenda.held.delete("keys");
    const here = document.activeElement;
    if (!grips().length) return;
    rove(here && here.matches(".grip") ? here : grips()[0]);
  });
}
