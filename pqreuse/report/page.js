"use strict";
// Search, sort and filters of the list. The page is whole without them: they only show what works.
{
  const list = document.getElementById("families");
  const form = document.getElementById("controls");
  const control = (id) => document.getElementById(id);

  // "month,body,kinds month,body,kinds": what a use is of, as numbers of the options; -1 for unknown, kinds as bits.
  const numbers = (text) => text.split(" ").map((use) => use.split(",").map(Number));
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
  const words = (row) => folded([...row.querySelectorAll(searched)].map(said).join("\n"));

  const order = {
    answers: (a, b) => a.rank - b.rank,
    questions: (a, b) => b.questions - a.questions || a.rank - b.rank,
    variants: (a, b) => b.variants - a.variants || a.rank - b.rank,
    last: (a, b) => b.last.localeCompare(a.last) || a.rank - b.rank,
    first: (a, b) => (a.first || "~").localeCompare(b.first || "~") || a.rank - b.rank,
    alike: (a, b) => a.alike - b.alike || a.rank - b.rank,
  };

  const fits = (row, asked) =>
    (!asked.unit || row.unit === asked.unit) &&
    asked.words.every((word) => row.words.includes(word)) &&
    (!asked.uses || row.uses.some(([month, body, kinds]) =>
      (asked.body < 0 || body === asked.body) &&
      (asked.kind < 0 || kinds & (1 << asked.kind)) &&
      (!asked.dated || (month >= asked.from && month <= asked.until))));

  const chosen = (id, otherwise) => (control(id).value === "" ? otherwise : Number(control(id).value));

  const question = () => {
    const dated = control("from").value !== "" || control("until").value !== "";
    const asked = {
      words: folded(control("search").value).split(" ").filter(Boolean),
      unit: control("unit").value, body: chosen("body", -1), kind: chosen("kind", -1),
      from: chosen("from", 0), until: chosen("until", Infinity), dated,
    };
    return { ...asked, uses: dated || asked.body >= 0 || asked.kind >= 0 };
  };

  const rows = [...(list?.children ?? [])].map((element, rank) => ({
    element, rank, words: words(element), unit: element.dataset.unit, uses: numbers(element.dataset.fits),
    questions: Number(element.dataset.questions), variants: Number(element.dataset.variants),
    first: element.dataset.first, last: element.dataset.last,
    alike: element.dataset.alike === "" ? 2 : Number(element.dataset.alike),
  }));

  if (list) {
    let sorted = "answers";
    const show = () => {
      const asked = question();
      let shown = 0;
      for (const row of rows) {
        const hidden = !fits(row, asked);
        if (row.element.hidden !== hidden) row.element.hidden = hidden;
        shown += !hidden;
      }
      if (control("sort").value !== sorted) {
        sorted = control("sort").value;
        list.append(...[...rows].sort(order[sorted]).map((row) => row.element));
      }
      control("count").textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
      control("nothing").hidden = shown > 0;
    };

    form.hidden = false;
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(show));
    // A browser that comes back to the page has filled the fields in.
    window.addEventListener("pageshow", show);

    // A link to a text opens it, and never leads to one that is hidden.
    const open = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (!target || target.parentElement !== list) return;
      if (target.hidden) { form.reset(); show(); }
      target.querySelector(".more").open = true;
      target.scrollIntoView();
    };
    window.addEventListener("hashchange", open);
    open();
  }

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
