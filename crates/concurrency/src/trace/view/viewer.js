// Shows a trace: lanes of Ps, Ms and Gs on a canvas. Times are microseconds, as in the data.
"use strict";
(() => {
  const PROCESSORS = 1, MACHINES = 2, TASKS = 3;
  const STATES = ["running", "runnable", "waiting", "syscall"];
  const ROW = 20, GAP = 3, AXIS = 24, LABEL = 130, MOST_TASK_LANES = 200;
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("trace").textContent);

  // ---- The data: from events to lanes, tasks and sums. ----

  const tasks = new Map();  // number -> {g, name, place, slices, sums}
  const lanes = new Map();  // "pid/tid" -> {pid, tid, name, slices, busy}
  const spans = new Map();  // regions, user's tasks and timers, by id
  const instants = [], arrows = new Map();
  let duration = (data.otherData && data.otherData.duration) || 0;

  const lane = (pid, tid) => {
    const key = `${pid}/${tid}`;
    if (!lanes.has(key)) lanes.set(key, { pid, tid, name: `${"?PMG"[pid] || "?"}${tid}`, slices: [], busy: 0 });
    return lanes.get(key);
  };
  const task = (g) => {
    if (!tasks.has(g)) {
      tasks.set(g, { g, name: `G${g}`, place: "", slices: [], sums: Object.fromEntries(STATES.map((s) => [s, 0])) });
    }
    return tasks.get(g);
  };

  function addSlice(e) {
    const slice = { from: e.ts, to: e.ts + e.dur, g: e.args.g, state: e.cat, ...e.args };
    const row = lane(e.pid, e.tid);
    row.slices.push(slice);
    duration = Math.max(duration, slice.to);
    if (e.cat === "running") row.busy += e.dur;
    if (e.pid === TASKS) {
      const owner = task(e.args.g);
      owner.slices.push(slice);
      owner.sums[e.cat] += e.dur;
    }
  }

  function add(e) {
    const known = e.ph === "M" || e.ts !== undefined;
    if (!known) return;
    switch (e.ph) {
      case "M":
        if (e.name !== "thread_name") break;
        lane(e.pid, e.tid).name = e.args.name;
        if (e.pid === TASKS) Object.assign(task(e.tid), { name: e.args.name, place: e.args.place || "" });
        break;
      case "X": if (e.args) addSlice(e); break;
      case "b": spans.set(e.id, { from: e.ts, to: duration, name: e.name, cat: e.cat, ...e.args }); break;
      case "e": if (spans.has(e.id)) spans.get(e.id).to = e.ts; break;
      case "i": instants.push({ at: e.ts, name: e.name, pid: e.pid, tid: e.tid, ...e.args }); break;
      case "s": arrows.set(e.id, { g: e.args.g, from: e.ts, p: e.tid }); break;
      case "f": if (arrows.has(e.id)) Object.assign(arrows.get(e.id), { to: e.ts, q: e.tid }); break;
    }
  }
  data.traceEvents.forEach(add);
  for (const row of lanes.values()) row.slices.sort((a, b) => a.from - b.from);

  const byPlace = (pid) => [...lanes.values()].filter((row) => row.pid === pid).sort((a, b) => a.tid - b.tid);
  const everyTask = [...tasks.values()];
  const jobs = [...spans.values()].filter((span) => span.cat === "task");
  const regions = [...spans.values()].filter((span) => span.cat === "region");
  const timers = [...spans.values()].filter((span) => span.cat === "timer");

  // Jobs of one name share lanes, as long as they do not overlap; their regions go with them.
  const packed = [];
  for (const job of [...jobs].sort((a, b) => a.from - b.from)) {
    let row = packed.find((r) => r.name === job.name && r.until <= job.from);
    if (!row) packed.push(row = { name: job.name, until: 0, spans: [] });
    row.until = job.to;
    row.spans.push(job, ...regions.filter((region) => region.task === job.task));
  }

  // ---- What is seen of it. ----

  let view = { from: 0, to: Math.max(duration, 0.001) };
  let selected = null, hovered = null, chosen = null;
  let rows = [];

  function layOut() {
    rows = [];
    const group = (title, members) => { if (members.length) rows.push({ title }, ...members); };
    group("Processors", byPlace(PROCESSORS));
    group("Machines", byPlace(MACHINES));
    const shown = byPlace(TASKS).filter((row) => everyTask.length <= MOST_TASK_LANES || row.tid === selected);
    const withSpans = (row) => {
      const own = (name, all) => ({ name: `  ${name}`, spans: all.filter((span) => span.g === row.tid) });
      return [row, ...[own("regions", regions), own("timers", timers)].filter((below) => below.spans.length)];
    };
    group("Tasks", shown.flatMap(withSpans));
    group("Jobs", packed);
  }

  const canvas = $("lanes"), pen = canvas.getContext("2d");
  const width = () => canvas.clientWidth - LABEL;
  const x = (time) => LABEL + ((time - view.from) / (view.to - view.from)) * width();
  const time = (px) => view.from + ((px - LABEL) / width()) * (view.to - view.from);
  const top = (index) => AXIS + index * (ROW + GAP);
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const isDark = () => getComputedStyle(document.body).colorScheme === "dark"
    || (!document.documentElement.style.colorScheme && matchMedia("(prefers-color-scheme: dark)").matches);

  let dark = false, ink = {};
  function readColours() {
    dark = document.documentElement.style.colorScheme
      ? document.documentElement.style.colorScheme === "dark" : isDark();
    const pick = (text) => { const parts = /light-dark\((.*?), (.*?)\)/.exec(text); return parts ? parts[dark ? 2 : 1] : text; };
    for (const name of ["back", "front", "faint", "line", "band", "mark"]) ink[name] = pick(css(`--${name}`));
  }
  const hue = (g) => (g * 137.508 + 20) % 360;
  const colourOf = (g) => `hsl(${hue(g)} ${dark ? "45% 48%" : "55% 62%"})`;
  const stateColour = (state) => ({
    running: dark ? "#3f9d5d" : "#58b573", runnable: dark ? "#c8a13a" : "#e8c25a",
    waiting: dark ? "#3a4049" : "#d9dce1", syscall: dark ? "#8d6bc4" : "#b08fe0",
  })[state] || "#888";

  function draw() {
    const wide = $("scroll").clientWidth, high = Math.max(top(rows.length) + 8, $("scroll").clientHeight);
    const ratio = window.devicePixelRatio || 1;
    canvas.style.width = `${wide}px`;
    canvas.style.height = `${high}px`;
    canvas.width = wide * ratio;
    canvas.height = high * ratio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = ink.back;
    pen.fillRect(0, 0, wide, high);
    pen.font = "11px system-ui, sans-serif";
    pen.textBaseline = "middle";
    drawAxis(wide, high);
    rows.forEach((row, index) => drawRow(row, top(index), wide));
    drawArrows();
    document.body.dataset.from = view.from.toFixed(3);
    document.body.dataset.to = view.to.toFixed(3);
  }

  function drawAxis(wide, high) {
    const raw = (view.to - view.from) / Math.max(2, width() / 110);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw);
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      pen.fillStyle = ink.line;
      pen.fillRect(x(at), AXIS - 6, 1, high);
      pen.fillStyle = ink.faint;
      pen.fillText(inWords(at, step), x(at) + 3, AXIS / 2);
    }
  }

  function drawRow(row, y, wide) {
    if (row.title) {
      pen.fillStyle = ink.faint;
      pen.fillText(row.title.toUpperCase(), 8, y + ROW / 2 + 2);
      return;
    }
    pen.fillStyle = ink.band;
    pen.fillRect(LABEL, y, wide - LABEL, ROW);
    pen.save();
    pen.beginPath();
    pen.rect(LABEL, y - 1, wide - LABEL, ROW + 2);
    pen.clip();
    if (row.spans) row.spans.forEach((span) => drawSpan(row, span, y));
    else drawSlices(row, y);
    for (const mark of instants) {
      if (mark.pid === row.pid && mark.tid === row.tid && x(mark.at) > LABEL - 4) drawInstant(mark, y);
    }
    pen.restore();
    pen.fillStyle = row.pid === TASKS && row.tid === selected ? ink.mark : ink.front;
    pen.fillText(cut(row.name, LABEL - 14), 8, y + ROW / 2);
  }

  function drawSlices(row, y) {
    let until = -1; // Up to this pixel something is drawn: what is thinner than one is drawn once.
    for (let index = firstAt(row.slices, view.from); index < row.slices.length; index++) {
      const slice = row.slices[index];
      if (slice.from > view.to) break;
      const left = Math.max(x(slice.from), LABEL), right = x(slice.to);
      if (right < until && slice.g !== selected) continue;
      const box = Math.max(right - left, 1);
      const fades = selected !== null && slice.g !== selected;
      pen.globalAlpha = fades ? 0.25 : 1;
      pen.fillStyle = row.pid === TASKS || slice.state === "syscall" ? stateColour(slice.state) : colourOf(slice.g);
      pen.fillRect(left, y, box, ROW);
      if (box > 34) {
        pen.fillStyle = dark && slice.state === "waiting" ? ink.faint : dark ? "#fff" : "#14181d";
        pen.fillText(cut(textOf(row, slice), box - 6), left + 4, y + ROW / 2);
      }
      pen.globalAlpha = 1;
      if (slice === chosen || (slice.g === selected && row.pid !== TASKS)) {
        pen.strokeStyle = slice === chosen ? ink.mark : ink.front;
        pen.strokeRect(left + 0.5, y + 0.5, Math.max(box - 1, 1), ROW - 1);
      }
      until = Math.max(until, left + 1, right);
    }
  }

  function drawSpan(row, span, y) {
    const left = Math.max(x(span.from), LABEL), box = Math.max(x(span.to) - left, 1);
    if (x(span.to) < LABEL) return;
    const inset = span.cat === "task" ? 0 : 4 + 3 * (span.depth || 0);
    pen.fillStyle = `hsl(${hue(span.cat === "task" ? span.task : span.g)} 40% ${dark ? 35 : 75}% / ${span.cat === "task" ? 0.5 : 0.9})`;
    pen.fillRect(left, y + inset, box, ROW - inset);
    pen.fillStyle = ink.front;
    if (box > 34) pen.fillText(cut(labelOf(span), box - 6), left + 4, y + ROW / 2 + inset / 2);
  }

  const labelOf = (span) => span.outcome ? `${span.name}, ${span.outcome}` : span.name;

  function drawInstant(mark, y) {
    pen.fillStyle = mark.name === "log" ? ink.front : ink.mark;
    pen.beginPath();
    pen.moveTo(x(mark.at) - 3, y - 1);
    pen.lineTo(x(mark.at) + 3, y - 1);
    pen.lineTo(x(mark.at), y + 5);
    pen.fill();
  }

  // From whoever woke the selected task to its start.
  function drawArrows() {
    if (selected === null) return;
    pen.strokeStyle = ink.mark;
    for (const arrow of arrows.values()) {
      if (arrow.g !== selected || arrow.to === undefined || arrow.to < view.from || arrow.from > view.to) continue;
      const rowOf = (tid) => top(rows.findIndex((row) => row.pid === PROCESSORS && row.tid === tid)) + ROW / 2;
      const [a, b] = [Math.max(x(arrow.from), LABEL), Math.max(x(arrow.to), LABEL)];
      pen.beginPath();
      pen.moveTo(a, rowOf(arrow.p));
      pen.bezierCurveTo((a + b) / 2, rowOf(arrow.p), (a + b) / 2, rowOf(arrow.q), b, rowOf(arrow.q));
      pen.stroke();
      pen.fillStyle = ink.mark;
      pen.fillRect(b - 2, rowOf(arrow.q) - 2, 4, 4);
    }
  }

  function textOf(row, slice) {
    if (row.pid === TASKS) return slice.reason ? `${slice.state}: ${slice.reason}` : slice.state;
    const name = task(slice.g).name;
    return slice.state === "syscall" ? `${name} in a call` : name;
  }

  // The first slice that ends after a time; slices of a lane do not overlap.
  function firstAt(slices, at) {
    let low = 0, high = slices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (slices[middle].to < at) low = middle + 1; else high = middle;
    }
    return low;
  }

  function cut(text, room) {
    if (pen.measureText(text).width <= room) return text;
    let length = Math.max(0, Math.floor(text.length * room / pen.measureText(text).width) - 1);
    return length ? `${text.slice(0, length)}…` : "";
  }

  function inWords(us, step = us) {
    const [unit, scale] = step >= 1e6 ? ["s", 1e6] : step >= 1e3 ? ["ms", 1e3] : step >= 1 || us === 0 ? ["µs", 1] : ["ns", 1e-3];
    return `${+(us / scale).toFixed(us === step ? 2 : 3)} ${unit}`;
  }

  // ---- What the reader does. ----

  function find(px, py) {
    const index = Math.floor((py - AXIS) / (ROW + GAP)), row = rows[index];
    if (!row || row.title || px < LABEL) return { row };
    const at = time(px), near = 2 * (view.to - view.from) / width();
    if (row.spans) return { row, span: row.spans.findLast((span) => span.from <= at + near && at - near <= span.to) };
    const first = firstAt(row.slices, at - near), slice = row.slices[first];
    const exact = row.slices[firstAt(row.slices, at)];
    const hit = (s) => s && s.from <= at + near && s.to >= at - near;
    return { row, slice: exact && exact.from <= at ? exact : hit(slice) ? slice : undefined };
  }

  function select(g, slice = null) {
    selected = g !== null && tasks.has(g) ? g : null;
    chosen = slice;
    layOut();
    showPanel();
    draw();
    const body = document.body.dataset;
    body.selected = selected === null ? "" : selected;
    body.selectedSlices = selected === null ? 0 : byPlace(PROCESSORS).flatMap((r) => r.slices).filter((s) => s.g === selected).length;
  }

  function zoom(factor, at = (view.from + view.to) / 2) {
    const span = Math.min(Math.max((view.to - view.from) * factor, 0.05), duration * 1.2);
    const part = (at - view.from) / (view.to - view.from);
    show(at - part * span, at - part * span + span);
  }
  function show(from, to) {
    const span = to - from, edge = span * 0.1;
    from = Math.min(Math.max(from, -edge), Math.max(duration - span + edge, -edge));
    view = { from, to: from + span };
    draw();
  }
  const pan = (part) => show(view.from + part * (view.to - view.from), view.to + part * (view.to - view.from));
  const everything = () => show(0, Math.max(duration, 0.001));

  // The slice of the selected task before or after the chosen one.
  function step(by) {
    if (selected === null) return;
    const own = task(selected).slices.filter((slice) => slice.state === "running");
    if (!own.length) return;
    const now = chosen ? own.findIndex((slice) => slice.from === chosen.from) : -1;
    chosen = own[Math.min(Math.max(now + by, 0), own.length - 1)];
    const span = view.to - view.from;
    if (chosen.from < view.from || chosen.to > view.to) show(chosen.from - span / 2, chosen.from + span / 2);
    select(selected, chosen);
  }
  function fit() {
    const own = selected === null ? [] : task(selected).slices;
    if (!own.length) return everything();
    const [from, to] = [own[0].from, own[own.length - 1].to];
    show(from - (to - from) * 0.05, to + (to - from) * 0.05 + 0.05);
  }

  function search(text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return select(null);
    const name = (t) => t.name.toLowerCase();
    const found = everyTask.find((t) => name(t) === wanted || `g${t.g}` === wanted)
      || everyTask.find((t) => name(t).includes(wanted));
    document.body.dataset.found = found ? found.g : "";
    select(found ? found.g : null);
  }

  let drag = null;
  canvas.addEventListener("pointerdown", (e) => {
    drag = { x: e.offsetX, view: { ...view }, moved: false };
    if (e.isTrusted) canvas.setPointerCapture(e.pointerId);
    canvas.focus();
  });
  canvas.addEventListener("pointermove", (e) => {
    if (drag) {
      const by = ((drag.x - e.offsetX) / width()) * (drag.view.to - drag.view.from);
      drag.moved ||= Math.abs(e.offsetX - drag.x) > 3;
      if (drag.moved) show(drag.view.from + by, drag.view.to + by);
      return;
    }
    hovered = find(e.offsetX, e.offsetY);
    $("hint").textContent = hintOf(hovered, e.offsetX);
  });
  canvas.addEventListener("pointerup", (e) => {
    const wasClick = drag && !drag.moved;
    drag = null;
    if (!wasClick) return;
    const { row, slice, span } = find(e.offsetX, e.offsetY);
    if (slice) select(slice.g, slice);
    else if (span && span.cat !== "task") select(span.g);
    else if (row && row.pid === TASKS && e.offsetX < LABEL) select(row.tid);
    else select(null);
  });
  canvas.addEventListener("wheel", (e) => {
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX || e.deltaY) / width());
    else if (e.ctrlKey || canvas.clientHeight <= $("scroll").clientHeight) zoom(1.0015 ** e.deltaY, time(e.offsetX));
    else return;
    e.preventDefault();
  }, { passive: false });
  document.addEventListener("keydown", (e) => {
    if (e.target === $("search")) {
      if (e.key === "Escape") { $("search").value = ""; canvas.focus(); }
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const act = {
      w: () => zoom(0.7), "+": () => zoom(0.7), s: () => zoom(1.4), "-": () => zoom(1.4),
      a: () => pan(-0.15), ArrowLeft: () => pan(-0.15), d: () => pan(0.15), ArrowRight: () => pan(0.15),
      "[": () => step(-1), "]": () => step(1), f: fit, 0: everything,
      Escape: () => select(null), "/": () => $("search").focus(),
    }[e.key];
    if (act) { act(); e.preventDefault(); }
  });
  $("search").addEventListener("change", () => search($("search").value));
  $("theme").addEventListener("click", () => {
    document.documentElement.style.colorScheme = dark ? "light" : "dark";
    readColours();
    draw();
  });
  $("panel").addEventListener("click", (e) => {
    const line = e.target.closest("tr[data-go]");
    if (!line) return;
    if (line.dataset.at === undefined) return select(+line.dataset.go);
    const slice = task(selected).slices[+line.dataset.at], span = Math.max(slice.to - slice.from, 1) * 4;
    show(slice.from - span / 2, slice.from + span);
    select(selected, slice);
  });
  new ResizeObserver(draw).observe($("scroll"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); draw(); });

  function hintOf({ row, slice, span }, px) {
    const at = px > LABEL ? `${inWords(time(px))}   ` : "";
    if (slice) {
      const where = [slice.p !== undefined && `P${slice.p}`, slice.m !== undefined && `M${slice.m}`].filter(Boolean).join(" ");
      return `${at}${task(slice.g).name}: ${slice.state} for ${inWords(slice.to - slice.from)} ${where} ${slice.reason || ""}`;
    }
    if (span) return `${at}${labelOf(span)}: ${inWords(span.to - span.from)}`;
    return at + (row && row.name ? row.name : "");
  }

  // ---- The panel. ----

  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const percent = (part) => `${(100 * part / Math.max(duration, 0.001)).toFixed(1)} %`;
  const line = (cells, attributes = "") => `<tr${attributes}>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  const swatch = (state) => `<i class="swatch" style="background:${stateColour(state)}"></i>${state}`;

  function showPanel() {
    $("panel").innerHTML = selected === null ? overview() : historyOf(task(selected));
  }

  function overview() {
    const busy = byPlace(PROCESSORS).map((p) => line([p.name, inWords(p.busy), percent(p.busy)]));
    const most = [...everyTask].sort((a, b) => b.sums.running - a.sums.running).slice(0, 50);
    const list = most.map((t) => line([escape(t.name), inWords(t.sums.running), inWords(t.sums.waiting)], ` data-go="${t.g}"`));
    return `<h2>Processors</h2><table><tr><th></th><th>busy</th><th></th></tr>${busy.join("")}</table>`
      + `<h2>Tasks</h2><p>Those that ran longest. Click one here, or a slice, to follow it.</p>`
      + `<table><tr><th></th><th>ran</th><th>waited</th></tr>${list.join("")}</table>`;
  }

  function historyOf(t) {
    const sums = STATES.map((state) => line([swatch(state), inWords(t.sums[state]), percent(t.sums[state])]));
    const own = regions.filter((region) => region.g === t.g)
      .map((region) => line([escape(region.name), inWords(region.to - region.from)]));
    const set = timers.filter((timer) => timer.g === t.g).slice(0, 500)
      .map((timer) => line([timer.outcome, inWords(timer.from), inWords(timer.due - timer.from), inWords(timer.to - timer.from)]));
    const history = t.slices.slice(0, 500).map((slice, index) => {
      const where = slice.reason || [slice.p !== undefined && `P${slice.p}`, slice.m !== undefined && `M${slice.m}`].filter(Boolean).join(" ");
      return line([`${swatch(slice.state)} ${escape(where)}`, inWords(slice.from), inWords(slice.to - slice.from)], ` data-go="${t.g}" data-at="${index}"`);
    });
    return `<h2>${escape(t.name)}</h2><p>${escape(t.place)}</p><table>${sums.join("")}</table>`
      + (own.length ? `<h2>Regions</h2><table>${own.join("")}</table>` : "")
      + (set.length ? `<h2>Timers</h2><table><tr><th></th><th>set at</th><th>for</th><th>over after</th></tr>${set.join("")}</table>` : "")
      + `<h2>History</h2><table><tr><th></th><th>at</th><th>for</th></tr>${history.join("")}</table>`;
  }

  // ---- The beginning. ----

  const facts = data.otherData || {};
  $("facts").textContent = `${inWords(duration)}, ${byPlace(PROCESSORS).length} Ps, ${byPlace(MACHINES).length} Ms, ${everyTask.length} tasks`
    + (facts.dropped ? `, ${facts.dropped} events dropped` : "");
  $("names").innerHTML = everyTask.slice(0, 1000).map((t) => `<option value="${escape(t.name)}">`).join("");
  readColours();
  const sums = {
    duration,
    processors: Object.fromEntries(byPlace(PROCESSORS).map((p) => [p.tid, p.busy])),
    tasks: Object.fromEntries(everyTask.map((t) => [t.g, t.sums])),
  };
  Object.assign(document.body.dataset, {
    processors: byPlace(PROCESSORS).length, machines: byPlace(MACHINES).length, tasks: everyTask.length,
    regions: regions.length, timers: timers.length, jobs: jobs.length, sums: JSON.stringify(sums),
  });

  // Where a slice is on the canvas, for programs that drive the page.
  window.traceView = {
    middleOf: (pid, tid, index) => {
      const row = rows.findIndex((r) => r.pid === pid && r.tid === tid), slice = rows[row].slices[index];
      return { x: x((Math.max(slice.from, view.from) + Math.min(slice.to, view.to)) / 2), y: top(row) + ROW / 2, g: slice.g };
    },
  };
  function followAddress() {
    const wanted = /^#select=G?(\d+)$/.exec(location.hash);
    const named = /^#search=(.+)$/.exec(location.hash);
    if (wanted) select(+wanted[1]);
    else if (named) search(decodeURIComponent(named[1]));
    else select(null);
  }
  window.addEventListener("hashchange", followAddress);
  followAddress();
  document.body.dataset.ready = "yes";
})();
