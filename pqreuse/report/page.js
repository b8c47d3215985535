"use strict";
// Search, sort, and filters that count again. The page is whole without them: they only show what works.
{
  const one = (id) => document.getElementById(id);
  const list = one("families"), form = one("controls"), plain = new Intl.NumberFormat("en");
  const tell = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };
  const maker = (space) => (name, attributes = {}, ...inner) => {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inner);
    return made;
  };
  const make = maker("http://www.w3.org/1999/xhtml"), draw = maker("http://www.w3.org/2000/svg");

  const unpacked = (text) => {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  };
  const running = (steps) => {
    let sum = 0;
    return Int32Array.from(steps, (step) => sum += step);
  };

  const folded = (text) => text.normalize("NFKC").toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, " ");
  // Of the template, its slots' values, the lines and the wordings.
  const searched = ".template[dir], .wordings .text, .nested bdi";
  // What the page says of a slot is not said by the text.
  const aside = ".hidden, .others, .values b, thead, .figure, .nowrap, .quiet, .cut";
  const said = (part) => {
    const copy = part.cloneNode(true);
    for (const told of copy.querySelectorAll(aside)) told.remove();
    return copy.textContent;
  };

  // Shares of some answers, as `usage.group_shares`, `usage.share_interval` and `shading.percents` have them.
  class Group {
    answers = 0; questions = 0; words = 0; many = 0; scored = 0; template = 0; slot = 0;
    squares = 0; products = 0; parts = 0;

    add(columns, answer) {
      const scored = columns.words[answer] - columns.unscored[answer], template = columns.template[answer];
      this.answers++;
      this.questions += columns.questions[answer];
      this.words += columns.words[answer];
      this.many += scored > 0;
      this.scored += scored;
      this.template += template;
      this.slot += columns.slot[answer];
      this.squares += scored * scored;
      this.products += scored * template;
      this.parts += template * template;
    }

    get shares() {
      return [this.template, this.slot, this.scored - this.template - this.slot].map((part) => part / this.scored);
    }

    get percents() {
      if (!this.scored) return ["–", "–", "–"];
      const exact = this.shares.map((share) => 1000 * share), tenths = exact.map(Math.floor);
      const order = [0, 1, 2].sort((a, b) => tenths[a] - exact[a] - (tenths[b] - exact[b]));
      for (const part of order.slice(0, Math.max(1000 - tenths[0] - tenths[1] - tenths[2], 0))) tenths[part]++;
      return tenths.map((tenth) => `${(tenth / 10).toFixed(1)} %`);
    }

    get interval() {
      const { many, scored, squares } = this, share = this.template / scored, alike = scored ** 2 / squares;
      const z = 1.959963984540054, prior = 4, spread = share * (1 - share) / alike;
      const apart = Math.max(this.parts - 2 * share * this.products + share ** 2 * squares, 0);
      const ratio = many > 1 && spread > 0 ? many / (many - 1) * apart / scored ** 2 / spread : 1;
      const n = alike * (many + prior) / (many * ratio + prior);
      const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
      const half = z / (1 + z ** 2 / n) * Math.sqrt(share * (1 - share) / n + z ** 2 / (4 * n ** 2));
      return [Math.max(0, Math.min(middle - half, share)), Math.min(1, Math.max(middle + half, share))];
    }

    paint(bar) {
      let reached = 0;
      for (const [place, part] of [...bar?.children ?? []].entries()) {
        const width = 100 * (this.shares[place] || 0);
        part.setAttribute("x", reached.toFixed(2));
        part.setAttribute("width", width.toFixed(2));
        reached += width;
      }
    }
  }

  // What `columns.py` has put into the page.
  const start = ({ all, answers, bodies, dates, families, filtered, ministers, months }) => {
    const user = running(families.user), wording = families.wording, ends = running(families.uses);
    const uses = families.uses.map((length, family) => [ends[family] - length, ends[family]]);
    const date = running(answers.date), month = date.map((place) => dates.month[place]);
    const undated = dates.text.length - 1;
    const chosen = new Uint8Array(date.length), seen = new Int32Array(wording.length);
    // A copy that a browser saved has rows that were made, and its rows in the order that was asked for.
    for (const row of list.querySelectorAll(":scope > .brief")) row.remove();
    const rows = families.text.map((_, family) => one(`f-${families.id[family]}`)), held = list.children.length;
    const words = families.text.map((text, family) =>
      folded(rows[family] ? [...rows[family].querySelectorAll(searched)].map(said).join("\n") : text));
    let narrowed = false, stamp = 0, state = null, choices = null, most = held;
    let now = [], ranked = [], rank = [], found = [];

    const count = (part, whole, noun = "", beside = filtered || narrowed) => {
      const things = noun && ` ${noun}${whole === 1 ? "" : "s"}`;
      return `${beside ? `${plain.format(part)} of ` : ""}${plain.format(whole)}${things}`;
    };
    const span = ({ first, last }) =>
      first === undated ? "no dates" : [...new Set([dates.text[first], dates.text[last]])].join(" – ");

    // The chosen uses of a family, or of a wording of it. They stand by date, those in one answer together.
    const figures = ([low, high], only = -1) => {
      const those = { uses: 0, answers: 0, questions: 0, wordings: 0, first: undated, last: undated };
      stamp++;
      for (let use = low, before = -1; use < high; use++) {
        const answer = user[use];
        if (!chosen[answer] || (only >= 0 && wording[use] !== only)) continue;
        those.uses++;
        if (seen[wording[use]] !== stamp) { seen[wording[use]] = stamp; those.wordings++; }
        if (answer === before) continue;
        before = answer;
        those.answers++;
        those.questions += answers.questions[answer];
        if (those.first === undated) those.first = date[answer];
        if (dates.last[date[answer]] > dates.last[those.last]) those.last = date[answer];
      }
      return those;
    };
    const tally = ([low, high], column) => {
      const times = new Map();
      for (let use = low, before = -1; use < high; before = user[use++]) {
        const answer = user[use], name = column[answer];
        if (chosen[answer] && answer !== before && name >= 0) times.set(name, (times.get(name) ?? 0) + 1);
      }
      return times;
    };
    // As `wording.body_counts` and `drawing.sparkline` have it.
    const named = (times, names, width = 120) => {
      const ordered = [...times].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      const each = ordered.map(([name, n]) => `${names[name]} ${plain.format(n)}`);
      const told = (shown) => [...each.slice(0, shown), `${plain.format(each.length - shown)} more`]
        .slice(0, Math.min(shown + 1, each.length)).join(" · ");
      let shown = 1;
      while (shown < each.length && told(shown + 1).length <= width) shown++;
      const line = told(shown);
      return line.length <= 2 * width ? line : `${line.slice(0, 2 * width).trimEnd()} …`;
    };
    const bars = (times) => {
      const highest = Math.max(...times.values());
      const height = (n) => Math.max(Math.floor((44 * n + highest) / (2 * highest)), 1);
      return [...times].map(([place, n]) => `M${4 * place + 2} 24v-${height(n)}`).join("");
    };

    const brief = (family) => {
      const size = { class: "spark", viewBox: `0 0 ${4 * months.length} 24`, preserveAspectRatio: "none", role: "img" };
      return make("li", { id: `f-${families.id[family]}`, class: "brief" },
        make("div", { class: "head" },
          make("h3", {}, make("span", { class: "hidden" }, "No. "), make("span", { class: "rank" }), " ", make("b")),
          make("span", { class: "facts" }, make("span"), make("span", { class: "nowrap" }),
            families.sentence[family] ? " · line" : ""),
          ...months.length ? [draw("svg", size, draw("path"))] : []),
        make("div", { class: "template", dir: "auto" }, families.text[family]), make("p", { class: "bodies" }));
    };
    const fill = (family) => {
      const row = rows[family] ??= brief(family), part = (name) => row.querySelector(name), these = now[family];
      const questions = count(these.questions, families.questions[family], "question");
      for (const number of row.querySelectorAll(".rank, .no")) tell(number, plain.format(rank[family]));
      tell(part("h3 > b"), count(these.answers, families.answers[family], "answer"));
      tell(part(".facts > span"), `${questions} · ${count(these.wordings, families.wordings[family], "wording")} · `);
      tell(part(".facts > .nowrap"), span(these));
      tell(part(":scope > .bodies"), named(tally(uses[family], answers.body), bodies));
      part(".spark")?.setAttribute("aria-label", `Answers by month: ${span(these)}`);
      part(".spark > path")?.setAttribute("d", bars(tally(uses[family], month)));
      if (part(".more[open]")) fillMore(family);
      row.hidden = false;
      return row;
    };
    const fillMore = (family) => {
      const more = rows[family].querySelector(".more"), [low, high] = uses[family];
      const by = tally(uses[family], answers.minister), line = more.querySelector(".ministers");
      if (line) line.hidden = !by.size;
      tell(line?.querySelector("bdi"), named(by, ministers));
      for (const line of more.querySelectorAll("[data-line]")) {
        const place = line.dataset.line;
        tell(line, count(now[place].answers, families.answers[place], "answer"));
      }
      for (const line of more.querySelectorAll("[data-wording]")) {
        const these = figures(uses[family], Number(line.dataset.wording));
        const [when, times] = line.querySelectorAll("p > span");
        line.hidden = !these.uses;
        tell(when, span(these));
        tell(times, count(these.answers, Number(times.dataset.answers), "answer", narrowed));
      }
      const listed = [...more.querySelectorAll(".uses tbody > tr")], gap = listed.findIndex((use) => use.className);
      let between = now[family].uses;
      listed.forEach((use, place) => {
        if (place === gap) return;
        use.hidden = !chosen[user[gap < 0 || place < gap ? low + place : high + place - listed.length]];
        between -= !use.hidden;
      });
      if (gap >= 0) listed[gap].hidden = !between;
      tell(listed[gap]?.firstElementChild, `… ${plain.format(between)} more between …`);
      const ends = gap < 0 ? "" : `the first ${gap} and the last ${listed.length - gap - 1}`;
      const told = narrowed ? plain.format(now[family].uses) : ends;
      tell(more.querySelector(".listed"), told && `: ${told} of ${plain.format(high - low)}`);
    };

    // The head of the page, bodies and months: of all chosen answers.
    const chart = document.querySelector(".timeline");
    const tables = ["body", "month"].map((name) => [...document.querySelectorAll(`tr[data-${name}]`)].map((line) => {
      const [place, of] = [line.dataset[name], line.dataset.answers].map(Number);
      return { line, place, of, cells: line.querySelectorAll(".figure"), bar: line.querySelector(".bar") };
    }));
    const tellAll = (told) => {
      const total = new Group(), groups = [new Map(), new Map()];
      let first = Infinity, last = -1;
      for (let answer = 0; answer < date.length; answer++) {
        if (!chosen[answer]) continue;
        if (month[answer] >= 0) { first = Math.min(first, month[answer]); last = month[answer]; }
        // Those that the others were only compared with have no words here.
        if (answers.words[answer] < 0) continue;
        total.add(answers, answer);
        [answers.body[answer], month[answer]].forEach((place, table) => {
          if (!groups[table].has(place)) groups[table].set(place, new Group());
          groups[table].get(place).add(answers, answer);
        });
      }
      const { percents } = total;
      tell(one("share"), percents[0]);
      document.querySelectorAll(".key b").forEach((part, place) => tell(part, percents[place]));
      total.paint(document.querySelector(".whole .bar"));
      const sizes = { ...total, families: ranked.length };
      for (const name of ["questions", "answers", "words", "families"])
        tell(document.querySelector(`#figures [data-name=${name}]`), count(sizes[name], all[name]));
      tell(one("told-filters"), `All figures are of the answers ${told}; those of the whole input stand beside them.`);
      one("told-filters").hidden = !narrowed;
      tell(one("told-answers"), count(total.answers, all.answers, "answer"));
      tell(one("told-questions"), count(total.questions, all.questions, "question"));
      tell(one("told-months"), last < 0 ? "" : `, ${months[first]} to ${months[last]}`);
      tables.forEach((lines, table) => {
        for (const { line, place, of, cells, bar } of lines) {
          const group = groups[table].get(place) ?? new Group(), [template, slot, novel] = group.percents;
          const ends = group.scored ? `${group.interval.map((end) => (100 * end).toFixed(1)).join(" – ")} %` : "–";
          line.hidden = !group.answers;
          [count(group.answers, of), template, ends, slot, novel].forEach((text, place) => tell(cells[place], text));
          group.paint(bar);
        }
      });
      // As they stand: those of most answers first; of equal ones by name, without one last.
      const size = ({ place }) => groups[0].get(place)?.answers ?? 0;
      const ordered = tables[0].sort((a, b) => size(b) - size(a) || (a.place < 0) - (b.place < 0) || a.place - b.place);
      const rows = ordered.map(({ line }) => line), body = rows[0]?.parentElement;
      if (rows.some((line, place) => line !== body.children[place])) body.append(...rows);
      const known = [...groups[1]].filter(([place, { scored }]) => place >= 0 && scored);
      if (chart) tellChart(known.sort((a, b) => a[0] - b[0]));
    };
    // As `drawing.timeline` has it, but that months without a chosen answer keep their places.
    const tellChart = (known) => {
      const sizes = ["left", "bottom", "first", "span"].map((name) => Number(chart.dataset[name]));
      const [left, bottom, first, span] = sizes, { width } = chart.viewBox.baseVal;
      const ends = known.map(([, group]) => group.interval);
      const highest = Math.max(0, ...ends.map(([, high]) => high)), step = highest <= 0.4 ? 0.1 : 0.2;
      const top = Math.min(1, step * (Math.floor(highest / step) + 1));
      const y = (share) => (bottom - (bottom - 12) * share / top).toFixed(1);
      const x = (place) => (left + (width - left - 14) * (place - first) / span).toFixed(1);
      const points = known.map(([place, { shares: [share] }]) =>
        [x(place), y(share), `${months[place]}: ${(100 * share).toFixed(1)} %`]);
      const edge = (end) => points.map(([x], place) => `${x},${y(ends[place][end])}`);
      const levels = [...Array(Math.round(top / step) + 1).keys()].map((part) => step * part);
      chart.querySelector(".levels").replaceChildren(...levels.flatMap((level) => [
        draw("line", { class: "level", x1: left, x2: width, y1: y(level), y2: y(level) }),
        draw("text", { x: left - 6, y: Number(y(level)) + 4, "text-anchor": "end" }, `${(100 * level).toFixed(0)} %`),
      ]));
      chart.querySelector(".band").setAttribute("points", [...edge(1), ...edge(0).reverse()].join(" "));
      chart.querySelector(".line").setAttribute("points", points.map(([x, y]) => `${x},${y}`).join(" "));
      chart.querySelector(".points").replaceChildren(...points.map(([x, y, told]) =>
        draw("circle", { cx: x, cy: y, r: 3 }, draw("title", {}, told))));
    };

    const order = {
      questions: (a, b) => now[b].questions - now[a].questions,
      variants: (a, b) => now[b].wordings - now[a].wordings,
      last: (a, b) => dates.last[now[b].last] - dates.last[now[a].last],
      first: (a, b) => now[a].first - now[b].first,
      alike: (a, b) => (families.alike[a] ?? 2) - (families.alike[b] ?? 2),
    };
    const choose = (body, kind, from, until) => {
      const named = new Set(body.split(" ").map(Number)), dated = from !== "" || until !== "";
      const fits = (answer) => (body === "" || named.has(answers.body[answer]))
        && (kind === "" || answers.kinds[answer] >> kind & 1)
        && (!dated || (month[answer] >= Math.max(from, 0) && (until === "" || month[answer] <= until)));
      for (let answer = 0; answer < chosen.length; answer++) chosen[answer] = fits(answer);
      narrowed = dated || body !== "" || kind !== "";
      document.body.classList.toggle("narrowed", narrowed);
      now = uses.map((these) => figures(these));
      const { id } = families;
      ranked = [...words.keys()].filter((family) => now[family].uses).sort((a, b) =>
        now[b].answers - now[a].answers || now[b].questions - now[a].questions || (id[a] < id[b] ? -1 : 1));
      rank = [];
      ranked.forEach((family, place) => rank[family] = place + 1);
      const asked = Object.entries({ body: "by", kind: "of kind", from: "since", until: "until" });
      const label = (id) => one(id).selectedOptions[0].label;
      tellAll(asked.filter(([id]) => one(id).value).map(([id, told]) => `${told} ${label(id)}`).join(", "));
    };
    const show = () => {
      const controls = ["search", "unit", "sort", "body", "kind", "from", "until"].map((id) => one(id).value);
      const [search, unit, sort, ...choice] = controls, asked = folded(search).split(" ").filter(Boolean);
      if (choice.join() !== choices) { choices = choice.join(); choose(...choice); }
      if (controls.join() !== state) {
        state = controls.join();
        most = narrowed || asked.length || unit || order[sort] ? 50 : Math.max(held, 50);
      }
      found = ranked.filter((family) => (unit === "" || families.sentence[family] === Number(unit === "sentence"))
        && asked.every((word) => words[family].includes(word)));
      if (order[sort]) found.sort(order[sort]);
      const users = new Uint8Array(chosen.length);
      for (const family of found) for (let [use, end] = uses[family]; use < end; use++) users[user[use]] = 1;
      const used = users.reduce((sum, uses, answer) => sum + (uses & chosen[answer]), 0);
      const texts = `${plain.format(found.length)} of ${count(0, all.families, "stock text", false)}`;
      tell(one("count"), `${texts}, in ${plain.format(used)} of ${count(0, all.users, "answer", false)}`);
      one("nothing").hidden = found.length > 0;
      showRows();
    };
    const showRows = () => {
      const shown = new Set(found.slice(0, most).map(fill));
      for (const row of [...list.children])
        if (!shown.has(row)) { if (row.className === "brief") row.remove(); else row.hidden = true; }
      // A row is taken out and put in again only where another stands in its place.
      let next = list.firstElementChild;
      for (const row of shown) {
        while (next?.hidden) next = next.nextElementSibling;
        if (row === next) next = next.nextElementSibling;
        else list.insertBefore(row, next);
      }
      one("further").hidden = found.length <= most;
    };

    form.hidden = false;
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(show));
    one("further").addEventListener("click", () => { most += 200; showRows(); });
    list.addEventListener("toggle", ({ target }) => {
      if (target.matches(".more")) fillMore(rows.indexOf(target.parentElement));
    }, true);
    // A browser that comes back to the page has filled the fields in.
    window.addEventListener("pageshow", show);
    show();

    // A link to a text opens it, and never leads to one that is hidden.
    const open = () => {
      const family = families.id.indexOf(location.hash.slice(3));
      if (!location.hash.startsWith("#f-") || words[family] === undefined) return;
      if (!found.includes(family)) { form.reset(); show(); }
      if (found.indexOf(family) >= most) { most = found.indexOf(family) + 1; showRows(); }
      const more = rows[family].querySelector(".more");
      if (more) more.open = true;
      rows[family].scrollIntoView();
    };
    window.addEventListener("hashchange", open);
    open();
  };
  if (list && "DecompressionStream" in window) unpacked(one("columns").textContent).then(start);

  // On paper stands what one needs to cite it.
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("footer details")) part.open = true;
  });

  // One slot is open at a time; Escape and a click elsewhere close it.
  const chips = () => document.querySelectorAll(".chip[open]");
  document.addEventListener("click", (event) => {
    for (const chip of chips()) if (!chip.contains(event.target)) chip.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const chip of chips()) {
      const inside = chip.contains(document.activeElement);
      chip.open = false;
      if (inside) chip.querySelector("summary").focus();
    }
  });
  document.addEventListener("focusin", (event) => {
    for (const chip of chips()) if (!chip.contains(event.target)) chip.open = false;
  });
}
