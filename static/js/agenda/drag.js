// Dragging by mouse and by touch. Dropping does the same act as the keys; while dragging, what it would cause is shown.
"use strict";
if (window.agenda && window.Sortable) {
  const { agenda } = window;
  let from = null;

  function start(event) {
    agenda.held.add("drag");
    from = { list: event.from, next: event.item.nextElementSibling, index: agenda.items(event.from).indexOf(event.item) };
    // The clone that follows the pointer may stand in between: it is no item.
    if (from.next && from.next.matches(".sortable-fallback")) from.next = from.next.nextElementSibling;
    agenda.form().classList.add("is-carrying");
  }

  function over(event) {
    // A break cannot wait with the unplaced.
    return !(agenda.isUnplaced(event.to) && !event.dragged.hasAttribute("data-topic"));
  }

  function changed(event) {
    agenda.retime();
    agenda.foretell(event.item, from, false);
  }

  function drop(event) {
    agenda.held.delete("drag");
    agenda.form().classList.remove("is-carrying");
    agenda.retime();
    agenda.carried(event.item, from);
  }

  function make(list) {
    window.Sortable.create(list, {
      group: "agenda",
      sort: !agenda.isUnplaced(list),
      draggable: "[data-key]",
      filter: "input, button:not(.grip), a, select, summary",
      preventOnFilter: false,
      forceFallback: true, // the same by mouse and by touch
      fallbackTolerance: 4,
      delay: 200, // a finger that moves at once scrolls the page
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      emptyInsertThreshold: 12,
      scrollSensitivity: 60,
      ghostClass: "is-held",
      onStart: start,
      onMove: over,
      onChange: changed,
      onEnd: drop,
    });
  }

  document.addEventListener("agenda:drawn", () => {
    agenda.held.delete("drag");
    agenda.lists().forEach(make);
  });
}
