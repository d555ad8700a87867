// The lists of the editor: the unplaced, and a timeline for each session. What stands where, what a move would cause.
"use strict";
if (window.agenda) {
  const { agenda } = window;
  const own = (list) => [...list.querySelectorAll(":scope > [data-key]:not(.sortable-fallback)")];
  const clock = (minutes) => {
    const day = ((minutes % 1440) + 1440) % 1440;
    return `${String(Math.floor(day / 60)).padStart(2, "0")}:${String(day % 60).padStart(2, "0")}`;
  };

  let foretold = 0; // counts what is said before: an answer to anything but the last is too late

  Object.assign(agenda, {
    lists: () => [...document.querySelectorAll("#agenda [data-list]")],
    items: own,
    isUnplaced: (list) => list.dataset.list === "unplaced",
    titleOf: (item) => item.querySelector("h3").firstChild.textContent.trim(),

    // Behind the last item, but before a wrap-up and before the line that says how much is left.
    append(list, item) {
      const last = own(list).filter((each) => each !== item && !each.hasAttribute("data-closing")).at(-1);
      if (last) last.after(item);
      else list.prepend(item);
    },

    where(item) {
      return { list: item.parentElement, next: item.nextElementSibling };
    },

    putBack(item, { list, next }) {
      list.insertBefore(item, next && next.parentElement === list ? next : null);
      agenda.retime();
    },

    // Writes the times anew while something is carried about. The server has the last word.
    retime() {
      for (const list of agenda.lists().filter((each) => !agenda.isUnplaced(each))) {
        let at = Number(list.dataset.starts);
        for (const item of own(list)) {
          const time = item.querySelector(":scope > .t");
          if (time) time.textContent = clock(at);
          at += Number(item.dataset.minutes);
        }
        const rest = list.querySelector(":scope > .rest > .t");
        if (rest) rest.textContent = clock(at);
      }
    },

    // “Maple Tree: 2 of 9 in Tue 21 Sep, 14:30 to 14:55. The session is planned until 17:40, 10 min over.”
    consequence(item) {
      const list = item.parentElement;
      const title = agenda.titleOf(item);
      if (agenda.isUnplaced(list)) return agenda.word("out", { title });
      const all = own(list);
      const start = Number(list.dataset.starts);
      const sum = (items) => items.reduce((total, each) => total + Number(each.dataset.minutes), 0);
      const index = all.indexOf(item);
      const starts = start + sum(all.slice(0, index));
      const over = sum(all) - Number(list.dataset.minutes);
      const balance = over > 0 ? agenda.word("over", { minutes: over })
        : over < 0 ? agenda.word("left", { minutes: -over }) : agenda.word("fits");
      return agenda.word("at", {
        title, balance, place: index + 1, count: all.length, list: list.dataset.name,
        starts: clock(starts), ends: clock(starts + Number(item.dataset.minutes)), until: clock(start + sum(all)),
      });
    },

    // The act that carrying an item here would be, as [name, value]; null where nothing would change.
    actOf(item, from) {
      const list = item.parentElement;
      const index = own(list).indexOf(item);
      if (list === from.list && (agenda.isUnplaced(list) || index === from.index)) return null;
      if (agenda.isUnplaced(list)) return ["out", item.dataset.item];
      const place = `${list.dataset.list}:${index}`;
      return agenda.isUnplaced(from.list)
        ? ["place", `${item.dataset.key}:${place}`] : ["move", `${item.dataset.item}:${place}`];
    },

    // Tells the server where an item was carried: one act, and only if it came to another place.
    carried(item, from) {
      const act = agenda.actOf(item, from);
      foretold += 1;
      if (act) agenda.act({ [act[0]]: act[1] }, () => agenda.putBack(item, from));
      else agenda.say(agenda.word("same", { title: agenda.titleOf(item) }));
    },

    // Says where it stands now, and a moment later, from the server, which warnings that would bring and end.
    foretell(item, from, isHeard) {
      const words = agenda.consequence(item);
      const act = agenda.actOf(item, from);
      const mine = foretold += 1;
      agenda.show(words);
      if (isHeard) agenda.say(words);
      if (!act) return;
      const address = new URL(agenda.form().action);
      address.searchParams.set("would", act.join(":"));
      window.setTimeout(async () => {
        if (mine !== foretold) return;
        const answer = await fetch(address, { headers: { Accept: "text/plain" } }).catch(() => null);
        const told = answer && answer.ok ? await answer.text() : "";
        if (!told || mine !== foretold || !agenda.held.size) return;
        agenda.show(`${words} ${told}`);
        if (isHeard) agenda.say(`${words} ${told}`);
      }, 250);
    },

    show(text) {
      const shown = agenda.root().querySelector(".says");
      if (shown) shown.textContent = text;
    },
  });
}
