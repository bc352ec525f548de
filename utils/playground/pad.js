// The drawing pad's front end: it keeps the strokes, sends them as ink, and draws what Python answers.

const SENT = 140; // pixels a side of the ink that Python gets, which centres it and makes it small
const PEN = 0.1; // the width of a stroke, as a share of the sheet's side
const ERASER = 0.16;
const STEP = 1 / 28; // of the pen that the arrow keys move
const PATIENCE = 2000; // milliseconds without an answer, after which the pad says so
const STRONG = [0, 114, 178]; // the colour of a strong answer in a feature map, red, green, blue
// Weak answers are made somewhat darker than in proportion, or a projector would not show them.
const VISIBLE = Uint8Array.from({ length: 256 }, (_, n) => Math.round(255 * (n / 255) ** 0.7));

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

let views = 0;

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  // JupyterLab's shortcuts would fire while one of these has the focus, "a" would insert a cell.
  if (["button", "select"].includes(tag) || "tabindex" in attributes) made.dataset.lmSuppressShortcuts = "true";
  return made;
}

// Draw strokes as ink on paper that is transparent. Undo takes the last entry away, and a cleared sheet is one, too.
function paint(canvas, strokes) {
  const pen = canvas.getContext("2d");
  const side = canvas.width;
  pen.clearRect(0, 0, side, side);
  pen.lineCap = pen.lineJoin = "round";
  const begin = strokes.findLastIndex((stroke) => stroke.clears) + 1;
  for (const { erases, points } of strokes.slice(begin)) {
    pen.globalCompositeOperation = erases ? "destination-out" : "source-over";
    pen.lineWidth = side * (erases ? ERASER : PEN);
    pen.beginPath();
    pen.moveTo(side * points[0][0], side * points[0][1]);
    for (let n = 1; n < points.length - 1; n++) {
      const [x, y] = points[n];
      const [nextX, nextY] = points[n + 1];
      pen.quadraticCurveTo(side * x, side * y, (side * (x + nextX)) / 2, (side * (y + nextY)) / 2);
    }
    const [x, y] = points.at(-1);
    pen.lineTo(side * x, side * y); // to itself: a dot
    pen.stroke();
  }
  pen.globalCompositeOperation = "source-over";
}

function inkBytes(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Uint8Array.from({ length: data.length / 4 }, (_, n) => data[4 * n + 3]);
}

// Numbers from 0 to 255 as a picture: how much of a colour covers each pixel.
function show(canvas, numbers, rows, columns, [red, green, blue] = [0, 0, 0]) {
  size(canvas, rows, columns);
  const picture = new ImageData(columns, rows);
  numbers.forEach((number, n) => picture.data.set([red, green, blue, number], 4 * n));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

function size(canvas, rows, columns) {
  canvas.width = columns;
  canvas.height = rows;
}

function wipe(canvas) {
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
}

// The arrays of a reply; JupyterLab gives its bytes as a DataView, Colab as a Uint8Array.
function unpacked(layout, buffer) {
  const bytes = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
  const arrays = {};
  for (const [name, [kind, shape, offset]] of Object.entries(layout)) {
    const size = shape.reduce((product, side) => product * side, 1);
    const Kind = kind === "uint8" ? Uint8Array : Float32Array;
    const part = bytes.slice(offset, offset + size * Kind.BYTES_PER_ELEMENT);
    arrays[name] = { shape, numbers: new Kind(part.buffer) };
  }
  return arrays;
}

// As readers.percent in Python: nothing is said to be certain.
const percent = (share) => (share >= 0.995 ? "> 99 %" : `${Math.round(100 * share)} %`);

function networkCard(name) {
  const verdict = ["mark", "digit", "number"].map((kind) => element("span", { class: kind }));
  const bars = Array.from({ length: 10 }, () => element("i"));
  const digits = bars.map((_, digit) => element("span", {}, String(digit)));
  const label = (text) => `${name}: ${text}`;
  const card = element(
    "div",
    { class: "network", role: "img", "aria-label": label("no answer yet") },
    element("div", { class: "verdict" }, element("span", { class: "name" }, name), ...verdict),
    element("div", { class: "bars" }, ...bars),
    element("div", { class: "digits" }, ...digits),
  );
  const [mark, digit, number] = verdict;
  return {
    card,
    update(probabilities, best, meant) {
      const right = meant === best;
      card.dataset.mark = meant === null ? "" : right ? "right" : "wrong";
      mark.textContent = meant === null ? "" : right ? "✓" : "✗";
      digit.textContent = best;
      number.textContent = percent(probabilities[best]);
      bars.forEach((bar, n) => (bar.style.height = `${100 * probabilities[n]}%`));
      [bars, digits].forEach((row) => row.forEach((cell, n) => cell.classList.toggle("best", n === best)));
      const judged = meant === null ? "" : right ? ", right" : ", wrong";
      card.setAttribute("aria-label", label(`reads ${best}, probability ${percent(probabilities[best])}${judged}`));
    },
    empty() {
      card.dataset.mark = mark.textContent = digit.textContent = number.textContent = "";
      bars.forEach((bar) => (bar.style.height = 0));
      digits.forEach((cell) => cell.classList.remove("best"));
      card.setAttribute("aria-label", label("no answer yet"));
    },
  };
}

function layerOfMaps({ title, shape: [channels, rows, columns] }) {
  const maps = element("div", { class: "maps", role: "img", "aria-label": title });
  for (let n = 0; n < channels; n++) {
    maps.append(element("canvas"));
    size(maps.lastChild, rows, columns);
  }
  return {
    section: element("section", { class: "layer" }, element("h4", {}, title), maps),
    update({ numbers }) {
      const pixels = rows * columns;
      [...maps.children].forEach((canvas, n) => {
        const one = numbers.subarray(n * pixels, (n + 1) * pixels).map((number) => VISIBLE[number]);
        show(canvas, one, rows, columns, STRONG);
      });
    },
    empty() {
      [...maps.children].forEach(wipe);
    },
  };
}

function challengeLine({ task }) {
  const state = element("span", { class: "state", role: "img", "aria-label": "open" });
  const digit = element("canvas", { "aria-hidden": "true" });
  const line = element("li", {}, state, element("span", {}, task), digit);
  return {
    line,
    solve({ shape: [rows, columns], numbers }) {
      line.classList.add("solved");
      state.textContent = "✓";
      state.setAttribute("aria-label", "solved");
      show(digit, numbers, rows, columns);
    },
  };
}

function render({ model, el }) {
  const view = `${Date.now()}-${views++}`;
  const strokes = [];
  const ink = element("canvas");
  ink.width = ink.height = SENT;

  // The page

  const sheet = element("canvas", {
    tabindex: "0",
    role: "application",
    "aria-label": "Sheet of paper for a digit",
    "aria-describedby": `keys-${view}`,
  });
  const invitation = element("div", { class: "invitation", "aria-hidden": "true" }, "Draw a digit here");
  const pen = element("div", { class: "pen", "aria-hidden": "true", hidden: "" });
  const eraser = element("button", { type: "button", "aria-pressed": "false" }, "Eraser");
  const undo = element("button", { type: "button" }, "Undo");
  const clear = element("button", { type: "button" }, "Clear");
  const keys = element("p", { class: "keys", id: `keys-${view}` });
  keys.innerHTML =
    "Mouse, finger, or keys: <kbd>arrows</kbd> move a pen, <kbd>space</kbd> puts it down and lifts it, " +
    "<kbd>E</kbd> eraser, <kbd>U</kbd> undo, <kbd>C</kbd> clear, <kbd>0</kbd> to <kbd>9</kbd> name the digit.";
  const seen = element("canvas", { width: "28", height: "28", role: "img", "aria-label": "Nothing is drawn yet" });
  const meant = element("select", { id: `digit-${view}` }, element("option", { value: "" }, "not said yet"));
  for (let digit = 0; digit < 10; digit++) meant.append(element("option", { value: digit }, String(digit)));
  const networks = model.get("networks").map(networkCard);
  const layers = model.get("layers").map(layerOfMaps);
  const challenges = new Map(model.get("challenges").map((one) => [one.key, challengeLine(one)]));
  const status = element("p", { class: "status" });
  const spoken = element("p", { class: "hidden", role: "status", "aria-live": "polite" });

  const root = element(
    "div",
    { class: "drawing-pad", role: "group", "aria-label": "Drawing pad" },
    element(
      "div",
      { class: "top" },
      element(
        "section",
        { class: "draw" },
        element("div", { class: "sheet" }, sheet, invitation, pen),
        element("div", { class: "tools", role: "group", "aria-label": "Tools" }, eraser, undo, clear),
      ),
      element(
        "section",
        { class: "seen" },
        element("h4", {}, "What they see"),
        seen,
        element(
          "div",
          {},
          element("label", { for: meant.id }, "Digit you meant", meant),
          element("p", { class: "advice" }, "Choose it when the drawing is done."),
        ),
      ),
      element("section", { class: "answers", "aria-label": "Answers" }, ...networks.map(({ card }) => card)),
    ),
    keys,
    ...layers.map(({ section }) => section),
    element("ul", { class: "challenges", "aria-label": "Challenges" }, ...[...challenges.values()].map((c) => c.line)),
    status,
    spoken,
  );
  el.append(root);

  // Questions and answers: one at a time, and the newest drawing next

  let waiting = null;
  let changed = false;
  let count = 0;
  let timer;

  function ask() {
    if (waiting) {
      changed = true;
      return;
    }
    changed = false;
    waiting = `${view}-${count++}`;
    clearTimeout(timer);
    timer = setTimeout(giveUp, PATIENCE);
    paint(ink, strokes);
    const digit = meant.value === "" ? null : Number(meant.value);
    try {
      const sent = model.send({ type: "read", id: waiting, side: SENT, digit }, undefined, [inkBytes(ink).buffer]);
      Promise.resolve(sent).catch(lost);
    } catch {
      lost();
    }
  }

  function lost() {
    clearTimeout(timer);
    waiting = null;
    status.textContent = "The kernel was restarted or is gone: run this cell again.";
  }

  function giveUp() {
    waiting = null; // the next stroke asks again
    status.textContent = "No answer yet. It comes when the other cells are done; after a restart, run this cell again.";
  }

  function receive(message, buffers) {
    if (!message.id?.startsWith(view)) return; // it answers another view of this pad
    if (message.id === waiting) {
      clearTimeout(timer);
      waiting = null;
    }
    status.textContent = "";
    if (message.type === "error") status.textContent = message.message;
    else if (message.type === "empty") showNothing(message.message);
    else showReading(message, unpacked(message.layout, buffers[0]));
    if (changed) ask();
  }

  function showNothing(words) {
    wipe(seen);
    seen.setAttribute("aria-label", words);
    [...networks, ...layers].forEach((part) => part.empty());
    spoken.textContent = words;
  }

  function showReading({ answers, digit, solved }, arrays) {
    const { image, probabilities } = arrays;
    show(seen, image.numbers, ...image.shape);
    seen.setAttribute("aria-label", "The drawing, centred, 28 by 28 pixels");
    networks.forEach((one, n) => one.update(probabilities.numbers.subarray(10 * n, 10 * n + 10), answers[n].digit, digit));
    layers.forEach((layer, n) => layer.update(arrays[`maps${n}`]));
    solved.forEach((key) => challenges.get(key)?.solve(image));
    if (drawing) return; // a screen reader would never come to the end
    const said = answers.map(({ name, digit, probability }) => `${name} reads ${digit}, ${percent(probability)}`);
    spoken.textContent = `${said.join("; ")}.${solved.length ? " Challenge solved." : ""}`;
  }

  // Strokes

  let drawing = null; // the stroke under the pen

  function draw() {
    invitation.hidden = strokes.length > 0 && !strokes.at(-1).clears;
    paint(sheet, strokes);
    ask();
  }

  function change() {
    meant.value = ""; // what was meant counts for a finished drawing
    draw();
  }

  function begin(point) {
    drawing = { erases: eraser.getAttribute("aria-pressed") === "true", points: [point] };
    strokes.push(drawing);
    change();
  }

  function end() {
    if (!drawing) return;
    drawing = null;
    pen.classList.remove("down");
    draw();
  }

  const actions = {
    e: () => eraser.setAttribute("aria-pressed", eraser.getAttribute("aria-pressed") !== "true"),
    u: () => {
      end();
      strokes.pop();
      change();
    },
    c: () => {
      end();
      if (strokes.length && !strokes.at(-1).clears) strokes.push({ clears: true });
      change();
    },
  };
  eraser.addEventListener("click", actions.e);
  undo.addEventListener("click", actions.u);
  clear.addEventListener("click", actions.c);
  meant.addEventListener("change", ask);

  // Mouse, finger, pen

  function place(event) {
    const box = sheet.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    sheet.focus({ preventScroll: true });
    sheet.setPointerCapture(event.pointerId);
    pen.hidden = true;
    end();
    begin(place(event));
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!drawing || !sheet.hasPointerCapture(event.pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    drawing.points.push(...(events.length ? events : [event]).map(place));
    draw();
  });
  for (const kind of ["pointerup", "pointercancel"]) sheet.addEventListener(kind, end);

  // Keyboard

  const position = [0.5, 0.2];
  const held = new Set();

  function showPen() {
    pen.hidden = false;
    pen.style.left = `${100 * position[0]}%`;
    pen.style.top = `${100 * position[1]}%`;
  }

  function move() {
    for (const key of held) {
      ARROWS[key].forEach((way, axis) => (position[axis] = Math.min(1, Math.max(0, position[axis] + way * STEP))));
    }
    showPen();
    if (!drawing) return;
    drawing.points.push([...position]);
    draw();
  }

  function press() {
    const lifted = drawing !== null;
    if (lifted) end();
    else begin([...position]);
    pen.classList.toggle("down", !lifted);
    showPen();
    spoken.textContent = lifted ? "Pen lifted." : "Pen down.";
  }

  sheet.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key in ARROWS) {
      held.add(key);
      move();
    } else if (key === " ") {
      if (!event.repeat) press();
    } else if (key in actions) {
      actions[key]();
    } else if (/^\d$/.test(key)) {
      end();
      meant.value = key;
      ask();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  sheet.addEventListener("keyup", (event) => held.delete(event.key));
  sheet.addEventListener("blur", () => {
    held.clear();
    end();
    pen.hidden = true;
  });

  // Size and theme

  const resized = new ResizeObserver(() => {
    const side = Math.round(sheet.clientWidth * devicePixelRatio);
    if (!side || side === sheet.width) return;
    sheet.width = sheet.height = side;
    paint(sheet, strokes);
  });
  resized.observe(sheet);

  function followTheme() {
    const light = getComputedStyle(root).color.match(/[\d.]+/g)?.slice(0, 3).map(Number) ?? [0, 0, 0];
    root.dataset.theme = light[0] + light[1] + light[2] > 384 ? "dark" : "light";
  }
  const themed = new MutationObserver(followTheme);
  for (const node of [document.documentElement, document.body]) themed.observe(node, { attributes: true });
  requestAnimationFrame(followTheme);

  model.on("msg:custom", receive);
  return () => {
    model.off("msg:custom", receive);
    clearTimeout(timer);
    resized.disconnect();
    themed.disconnect();
  };
}

export default { render };
