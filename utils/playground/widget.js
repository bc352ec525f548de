// The playground's front end: draws what Python computed, and asks for more while it plays.
//
// Python keeps the network and answers; it has no notion of playing. Two questions are under way at once, because one
// round trip takes longer than a frame. Pause means asking no more.

const UNDER_WAY = 2; // questions at a time
const PATIENCE = 2000; // ms until an answer counts as lost
const SIDE = 60; // pixels of a heat map
const REACH = 6; // a heat map shows -6 to 6
const NEGATIVE = [230, 159, 0]; // Okabe and Ito's orange
const POSITIVE = [0, 114, 178]; // and blue
const PAPER = [244, 244, 244];
const ON_DARK = [86, 180, 233]; // their light blue, for lines on a dark page
const TRAINING = "#009E73";
const LONGEST_CURVE = 2000;

// What a byte of a heat map looks like: 0 is -1 or less, 255 is 1 or more.
const SHADES = Uint8Array.from({ length: 256 * 4 }, (_, i) => {
  const t = (i >> 2) / 127.5 - 1;
  const end = t < 0 ? NEGATIVE : POSITIVE;
  const channel = i & 3;
  return channel === 3 ? 255 : Math.round(PAPER[channel] + (end[channel] - PAPER[channel]) * Math.abs(t));
});

const rgb = (value) => {
  const i = 4 * Math.round((Math.max(-1, Math.min(1, value || 0)) + 1) * 127.5);
  return `rgb(${SHADES[i]}, ${SHADES[i + 1]}, ${SHADES[i + 2]})`;
};

const ICONS = {
  play: "M7 4 L20 12 L7 20 Z",
  pause: "M6 4 H10 V20 H6 Z M14 4 H18 V20 H14 Z",
  step: "M5 4 L15 12 L5 20 Z M16 4 H19 V20 H16 Z",
  reset: "M12 5 V1 L6.5 6 L12 11 V7.4 A5.6 5.6 0 1 1 6.4 13 H4 A8 8 0 1 0 12 5 Z",
};

// --- Small helpers for the page -------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  // Without it JupyterLab's own shortcuts fire: the letter b would insert a cell.
  if (["button", "input", "select", "summary", "textarea", "pre"].includes(tag)) {
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  node.append(...children);
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const options = (values, label = String) => values.map((value) => make("option", { value }, label(value)));
const labelled = (text, control) => make("label", { class: "dlp-field" }, make("span", {}, text), control);

/** A canvas's context, sharp on any screen, cleared, in CSS pixels. */
function prepared(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** Arrays out of one block of bytes, which comes as DataView, Uint8Array or ArrayBuffer. */
function unpacked(layout, block) {
  if (!block) return {};
  const bytes = new Uint8Array(block.buffer ?? block, block.byteOffset ?? 0, block.byteLength);
  const start = bytes.slice().buffer; // begins at 0, so that floats are aligned
  return Object.fromEntries(
    Object.entries(layout).map(([name, [kind, shape, offset]]) => {
      const count = shape.reduce((a, b) => a * b, 1);
      return [name, kind === "float32" ? new Float32Array(start, offset, count) : new Uint8Array(start, offset, count)];
    }),
  );
}

/** Shows bytes as a picture of SIDE x SIDE. */
const pixels = document.createElement("canvas");
pixels.width = pixels.height = SIDE;
const image = new ImageData(SIDE, SIDE);
const imageWords = new Uint32Array(image.data.buffer); // four channels at a time: this is done for every neuron
const shadeWords = new Uint32Array(SHADES.buffer);
function paint(context, map, x, y, size) {
  for (let i = 0; i < SIDE * SIDE; i++) imageWords[i] = shadeWords[map[i]];
  pixels.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(pixels, x, y, size, size);
}

/** The two sides alone: the border is found between the bytes, so that it is no staircase. */
function paintSides(context, map, size) {
  const fine = 4 * SIDE;
  const image = new ImageData(fine, fine);
  const at = (row, column) => map[SIDE * row + column];
  for (let r = 0; r < fine; r++) {
    const y = Math.max(0, Math.min(SIDE - 1, (r + 0.5) / 4 - 0.5));
    const [top, v] = [Math.min(SIDE - 2, Math.floor(y)), y - Math.min(SIDE - 2, Math.floor(y))];
    for (let c = 0; c < fine; c++) {
      const x = Math.max(0, Math.min(SIDE - 1, (c + 0.5) / 4 - 0.5));
      const [left, u] = [Math.min(SIDE - 2, Math.floor(x)), x - Math.min(SIDE - 2, Math.floor(x))];
      const value =
        (1 - v) * ((1 - u) * at(top, left) + u * at(top, left + 1)) +
        v * ((1 - u) * at(top + 1, left) + u * at(top + 1, left + 1));
      image.data.set(value > 127.5 ? [...POSITIVE, 255] : [...NEGATIVE, 255], 4 * (fine * r + c));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = fine;
  canvas.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(canvas, 0, 0, size, size);
}

const signed = (value) => (Number.isFinite(value) ? value.toFixed(2).replace("-", "−") : "not a number");
const loss = (value) => (value == null ? "not a number" : value >= 1000 ? value.toExponential(1) : value.toFixed(3));

// --- The widget ------------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const choices = model.get("choices");
  const view = Math.random().toString(36).slice(2); // two views may share one widget
  const gone = new AbortController(); // what is listened to outside of el, until the view goes
  const page = {}; // the elements by name
  let scene = null; // what Python sent last, header and arrays
  let state = null; // what the controls say
  let curve = []; // [epoch, training loss, test loss]
  let playing = false;
  let visible = true;
  let dead = false;
  let number = 0;
  let lastSet = null;
  let lastAnswer = 0;
  let patience = PATIENCE;
  let enlarged = null; // what is shown large: {layer, neuron}, or null for the output
  let chosen = null; // the neuron whose numbers can be edited: {layer, neuron}
  let hoveredWeight = null;
  let challenge = null;
  let boxes = []; // where neurons are: {layer, neuron, x, y, size}
  let links = []; // where weights are
  const flight = new Map(); // questions under way, with the time of asking

  // --- Talking to Python

  function ask(message, counted = false) {
    if (dead) return sayDead();
    const id = `${view}:${number++}`;
    try {
      model.send({ ...message, id, challenge });
    } catch {
      dead = true;
      return sayDead();
    }
    if (counted) flight.set(id, performance.now());
    return id;
  }

  function sayDead() {
    pause();
    say("The kernel was restarted or has stopped: run this cell again.", "problem");
    return null;
  }

  function pump() {
    while (playing && visible && !document.hidden && !dead && flight.size < UNDER_WAY) {
      if (ask({ type: "next", epochs: Number(page.speed.value) }, true) === null) return;
    }
  }

  function play() {
    if (dead) return void sayDead();
    playing = true;
    showPlaying();
    pump();
  }

  function pause() {
    playing = false;
    showPlaying();
  }

  function change(changes, delay = 0) {
    state = { ...state, ...changes };
    clearTimeout(change.timer);
    change.timer = setTimeout(() => {
      lastSet = ask({ type: "set", state });
      showControls();
    }, delay);
  }

  const watch = setInterval(() => {
    const oldest = Math.min(...flight.values());
    if (performance.now() - Math.max(oldest, lastAnswer) > patience && flight.size) {
      flight.clear(); // lost, or the kernel is at work
      patience = Math.min(2 * patience, 16000);
      say("Waiting for the kernel, which is busy with other cells. (If it was restarted, run this cell again.)", "wait");
      pump();
    }
  }, 250);

  function receive(message, buffers) {
    lastAnswer = performance.now();
    patience = PATIENCE;
    flight.delete(message.id);
    if (page.status.dataset.kind === "wait") say("");
    if (message.type === "error") {
      pause();
      say(message.message, "problem", message.details);
      if (message.id === lastSet && scene) state = { ...scene.state };
      showControls();
    } else if (message.type === "scene") {
      showScene(message, unpacked(message.layout, buffers[0]));
    } else if (message.type === "frame") {
      showFrame(message, unpacked(message.layout, buffers[0]));
    } else if (message.type === "kept") {
      Object.assign(scene, { state: message.state, text: message.text });
      if (message.id === lastSet || !message.id?.startsWith(view)) state = { ...message.state };
      showControls();
      draw();
    } else if (message.type === "source") {
      page.source.textContent = message.source;
    }
    pump();
  }

  function say(text, kind = "", details = "") {
    page.status.textContent = text;
    page.status.dataset.kind = kind;
    page.status.title = details;
  }

  // --- What came

  function showScene(header, arrays) {
    if (!arrays.weights) return; // a front end that dropped the bytes: the answer to our own question follows
    scene = { ...header, ...arrays };
    // A view's own later changes win over an earlier answer.
    if (header.id === lastSet || !header.id?.startsWith(view) || lastSet === null || !state) state = { ...header.state };
    curve = [];
    for (let i = 0; i < arrays.curve.length; i += 3) curve.push(Array.from(arrays.curve.slice(i, i + 3)));
    const exists = (place) => place && place.layer < scene.sizes.length && place.neuron < scene.sizes[place.layer];
    if (!exists(chosen)) chosen = null;
    enlarged = null;
    hoveredWeight = null;
    layOut();
    showControls();
    showNumbers();
    showVerdict(header.verdict);
    if (page.codeSection.open) ask({ type: "source" });
  }

  function showFrame(header, arrays) {
    if (!scene || arrays.maps.length !== scene.maps.length) return; // of a network that is no longer shown
    Object.assign(scene, arrays, { measures: header.measures });
    const m = header.measures;
    const point = [m.epoch, m.train_loss ?? NaN, m.test_loss ?? NaN];
    if (curve.length && curve[curve.length - 1][0] === m.epoch) curve.pop();
    curve.push(point);
    if (curve.length > LONGEST_CURVE) curve = curve.filter((_, i) => i % 2 === 0 || i === curve.length - 1);
    if (m.diverged && playing) {
      pause();
      say("The loss is no longer a number: the training diverged. Reset, and lower the learning rate.", "problem");
    }
    showNumbers();
    showVerdict(header.verdict);
  }

  function showVerdict(verdict) {
    if (!verdict || verdict.challenge !== challenge) return;
    page.verdict.textContent = (verdict.done ? "✓ " : "") + verdict.text;
    page.verdict.dataset.done = verdict.done;
    if (verdict.done) {
      page.challenges[challenge].dataset.done = "true";
      page.challenges[challenge].setAttribute("aria-label", `${choices.challenges[challenge].title}, solved`);
    }
  }

  // Numbers and pictures once a frame of the screen, however many answers come.
  let waiting = 0;
  function showNumbers() {
    if (!waiting) waiting = requestAnimationFrame(() => {
      waiting = 0;
      const m = scene.measures;
      page.epoch.textContent = String(m.epoch).padStart(6, "0").replace(/(?=(\d{3})$)/, ",");
      page.trainLoss.textContent = loss(m.train_loss);
      page.testLoss.textContent = loss(m.test_loss);
      page.accuracy.textContent =
        m.test_accuracy == null ? "" : `${(100 * m.test_accuracy).toFixed(1)} % of the test points are right`;
      showInspector();
      draw();
    });
  }

  function showPlaying() {
    page.play.replaceChildren(icon(playing ? "pause" : "play"));
    page.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    page.play.title = playing ? "Pause" : "Play";
  }

  // --- The controls

  function build() {
    const button = (name, label, onclick, ...content) =>
      (page[name] = make("button", { type: "button", "aria-label": label, title: label, onclick }, ...content));
    const select = (name, label, values, onchange, words) =>
      labelled(label, (page[name] = make("select", { onchange: (e) => onchange(e.target.value) }, ...options(values, words))));
    const slider = (name, label, attribute, low, high, step, words) => {
      const value = make("output", {});
      const input = make("input", {
        "aria-label": label, type: "range", min: low, max: high, step,
        oninput: () => {
          value.textContent = words(Number(input.value));
          input.setAttribute("aria-valuetext", words(Number(input.value)));
          change({ [attribute]: Number(input.value) }, 120);
        },
      });
      page[name] = { input, value, words, attribute };
      return make("label", { class: "dlp-slider" }, make("span", {}, `${label}: `, value), input);
    };
    const check = (name, label, attribute) => {
      page[name] = make("input", { type: "checkbox", onchange: (e) => change({ [attribute]: e.target.checked }) });
      return make("label", { class: "dlp-check" }, page[name], label);
    };

    const top = make("div", { class: "dlp-top", role: "group", "aria-label": "Training" },
      make("div", { class: "dlp-buttons" },
        button("reset", "Reset: back to epoch 0 with the same first weights", () => { pause(); say(""); ask({ type: "reset" }); }, icon("reset")),
        button("play", "Play", () => (playing ? pause() : (say(""), play())), icon("play")),
        button("step", "One step: train for one epoch", () => { pause(); ask({ type: "next", epochs: 1 }, true); }, icon("step")),
      ),
      make("div", { class: "dlp-epoch" }, make("span", { id: `${view}e` }, "Epoch"),
        (page.epoch = make("span", { class: "dlp-digits", "aria-labelledby": `${view}e`, role: "status", "aria-live": "off" }, "000,000"))),
      make("div", { class: "dlp-fields" },
        select("speed", "Epochs a frame", [1, 3, 10, 100], () => {}),
        select("learning_rate", "Learning rate", choices.learning_rates, (v) => change({ learning_rate: Number(v) })),
        select("activation", "Activation", choices.activations, (v) => change({ activation: v }), (v) => ({ relu: "ReLU", sigmoid: "Sigmoid", tanh: "Tanh", linear: "Linear" })[v] ?? v),
        select("regularization", "Regularization", choices.regularizations, (v) => change({ regularization: v }), (v) => (v === "none" ? "None" : v)),
        select("regularization_rate", "Regularization rate", choices.regularization_rates, (v) => change({ regularization_rate: Number(v) })),
        select("problem", "Problem type", Object.keys(choices.datasets), (v) => change({ dataset: choices.datasets[v][0] }), (v) => v[0].toUpperCase() + v.slice(1)),
      ),
    );

    page.datasets = make("div", { class: "dlp-datasets", role: "radiogroup", "aria-label": "Data set" });
    const data = make("section", { class: "dlp-data", "aria-label": "Data" },
      make("h3", {}, "Data"),
      page.datasets,
      slider("percent", "Training data", "train_percent", 10, 90, 10, (v) => `${v} %`),
      slider("noise", "Noise", "noise", 0, 50, 5, (v) => `${v} %`),
      slider("batch", "Batch size", "batch_size", 1, 30, 1, String),
      make("div", { class: "dlp-seeds" },
        make("button", { type: "button", class: "dlp-plain", title: "Other points of the same kind", onclick: () => change({ data_seed: fresh() }) }, "Regenerate"),
        make("button", { type: "button", class: "dlp-plain", title: "Other first weights", onclick: () => change({ weight_seed: fresh() }) }, "New weights")),
    );

    page.network = make("canvas", { "aria-hidden": "true" });
    page.neurons = make("div", { class: "dlp-neurons" });
    page.tip = make("div", { class: "dlp-tip", hidden: true });
    page.stage = make("div", { class: "dlp-stage", onmousemove: point, onmouseleave: leave, onclick: pick }, page.network, page.neurons, page.tip);
    page.layerCount = make("span", {});
    page.inspector = make("div", { class: "dlp-inspector", role: "group", "aria-label": "Numbers of a neuron" });
    const network = make("section", { class: "dlp-network", "aria-label": "Network" },
      make("div", { class: "dlp-layers" },
        make("h3", {}, "Features"),
        make("div", { class: "dlp-stepper" },
          (page.fewer = make("button", { type: "button", "aria-label": "Remove a hidden layer", onclick: () => change({ hidden: state.hidden.slice(0, -1) }) }, "−")),
          (page.more = make("button", { type: "button", "aria-label": "Add a hidden layer", onclick: () => state.hidden.length < choices.most_layers && change({ hidden: [...state.hidden, state.hidden.length ? Math.min(2, state.hidden[state.hidden.length - 1]) : 4] }) }, "+")),
          page.layerCount),
        make("h3", {}, "Output")),
      page.stage, page.inspector,
    );

    page.output = make("canvas", { role: "img" });
    page.outputTitle = make("h3", {}, "Output");
    page.curve = make("canvas", { role: "img", "aria-label": "Training loss and test loss over the epochs" });
    page.trainLoss = make("b", {});
    page.testLoss = make("b", {});
    page.accuracy = make("div", { class: "dlp-accuracy" });
    const output = make("section", { class: "dlp-output", "aria-label": "Output" },
      page.outputTitle, page.output,
      make("div", { class: "dlp-scale", "aria-hidden": "true" }, make("span", {}, "−1"), make("i", {}), make("span", {}, "1")),
      make("div", { class: "dlp-checks" }, check("showTest", "Show test data", "show_test"), check("discretize", "Discretize output", "discretize")),
      make("div", { class: "dlp-losses" },
        make("div", {}, make("span", { class: "dlp-key dlp-test" }), "Test loss ", page.testLoss),
        make("div", {}, make("span", { class: "dlp-key dlp-train" }), "Training loss ", page.trainLoss)),
      page.accuracy, page.curve,
    );

    page.status = make("div", { class: "dlp-status", role: "status" });
    page.challenges = {};
    page.verdict = make("p", { class: "dlp-verdict", role: "status", "aria-live": "polite" });
    page.task = make("p", {});
    const challengeSection = make("details", {},
      make("summary", {}, "Challenges"),
      make("div", { class: "dlp-challenges", role: "group", "aria-label": "Challenges" },
        ...Object.entries(choices.challenges).map(([name, { title }]) =>
          (page.challenges[name] = make("button", { type: "button", class: "dlp-plain", "aria-pressed": "false", onclick: () => accept(name) }, title)))),
      page.task, page.verdict);

    page.source = make("pre", { tabindex: "0", "aria-label": "The tf.keras code of this network" });
    page.codeSection = make("details", { ontoggle: () => page.codeSection.open && ask({ type: "source" }) },
      make("summary", {}, "The tf.keras code of this network"),
      make("div", { class: "dlp-row" }, make("button", { type: "button", class: "dlp-plain", onclick: () => copy(page.source) }, "Copy"),
        make("span", {}, "The same points, first weights and settings; it runs by itself.")),
      page.source);

    page.text = make("input", { type: "text", "aria-label": "This experiment as text", spellcheck: "false", placeholder: "the default experiment" });
    const textSection = make("details", {},
      make("summary", {}, "Keep or share this experiment"),
      make("div", { class: "dlp-row" }, page.text,
        make("button", { type: "button", class: "dlp-plain", onclick: () => copy(page.text) }, "Copy"),
        make("button", { type: "button", class: "dlp-plain", onclick: () => { lastSet = ask({ type: "set", state: page.text.value.trim() }); } }, "Use this text")),
      make("p", {}, "All settings, the seeds of points and first weights among them. In Python: playground(\"…\"), and .state or .text of the widget."));

    el.classList.add("dlp-host");
    el.append(make("div", { class: "dlp" }, top, make("div", { class: "dlp-main" }, data, network, output), page.status,
      make("div", { class: "dlp-more" }, challengeSection, codeSection(), textSection)));
    function codeSection() { return page.codeSection; }
  }

  const fresh = () => 1 + Math.floor(Math.random() * 99998);

  function accept(name) {
    challenge = challenge === name ? null : name;
    for (const [other, button] of Object.entries(page.challenges)) button.setAttribute("aria-pressed", String(other === challenge));
    page.task.textContent = challenge ? choices.challenges[challenge].task : "";
    page.verdict.textContent = "";
    page.verdict.dataset.done = "false";
    if (challenge) {
      pause();
      change(choices.challenges[challenge].start);
    }
  }

  async function copy(node) {
    const text = node.value ?? node.textContent;
    try {
      await navigator.clipboard.writeText(text);
      say("Copied.");
    } catch {
      if (node.select) node.select();
      else getSelection().selectAllChildren(node);
      say("Selected: press Ctrl+C (or Cmd+C) to copy.");
    }
  }

  function showControls() {
    if (!state) return;
    for (const name of ["learning_rate", "activation", "regularization", "regularization_rate"]) {
      const select = page[name];
      const value = String(state[name]);
      if (![...select.options].some((option) => option.value === value)) select.append(...options([value]));
      select.value = value;
    }
    const problem = Object.keys(choices.datasets).find((name) => choices.datasets[name].includes(state.dataset));
    page.problem.value = problem;
    page.regularization_rate.disabled = state.regularization === "none";
    for (const { input, value, words, attribute } of [page.percent, page.noise, page.batch]) {
      if (el.ownerDocument.activeElement !== input) input.value = state[attribute];
      value.textContent = words(state[attribute]);
      input.setAttribute("aria-valuetext", words(state[attribute]));
    }
    page.showTest.checked = state.show_test;
    page.discretize.checked = state.discretize;
    const layers = state.hidden.length;
    page.layerCount.replaceChildren(`${layers} `, make("span", { class: "dlp-roomy" }, "hidden "), layers === 1 ? "layer" : "layers");
    page.fewer.disabled = layers === 0;
    page.more.disabled = layers >= choices.most_layers;
    if (scene && document.activeElement !== page.text) page.text.value = scene.text;
    showDatasets(problem);
  }

  function showDatasets(problem) {
    if (!scene) return;
    const names = choices.datasets[problem];
    if (page.datasets.dataset.problem !== problem) {
      page.datasets.dataset.problem = problem;
      const all = Object.values(choices.datasets).flat();
      page.datasets.replaceChildren(...names.map((name) => {
        const canvas = make("canvas", { "aria-hidden": "true" });
        const context = prepared(canvas, 52, 52);
        context.fillStyle = "white";
        context.fillRect(0, 0, 52, 52);
        const dots = scene.thumbnails.length / all.length / 3;
        for (let i = 0; i < dots; i++) {
          const [x, y, target] = scene.thumbnails.slice(3 * (dots * all.indexOf(name) + i));
          context.fillStyle = rgb(target);
          context.beginPath();
          context.arc(26 + x * 4, 26 - y * 4, 1.7, 0, 7);
          context.fill();
        }
        return make("label", { title: name },
          make("input", { type: "radio", name: `${view}d`, value: name, "aria-label": name, onchange: () => change({ dataset: name }) }), canvas,
          make("span", { "aria-hidden": "true" }, name));
      }));
    }
    for (const input of page.datasets.querySelectorAll("input")) input.checked = input.value === state.dataset;
  }

  // --- The network

  const layerName = (layer) => (layer === 0 ? "feature" : layer === scene.sizes.length - 1 ? "output" : `hidden layer ${layer}`);
  const featureLabel = (name) => choices.features.find(([n]) => n === name)[1];

  function neuronName(layer, neuron) {
    if (layer === 0) return featureLabel(scene.state.features[neuron]);
    return layer === scene.sizes.length - 1 ? "the output" : `neuron ${neuron + 1} of hidden layer ${layer}`;
  }

  /** The bytes of a neuron's heat map; layer 0 are the features in use. */
  function mapOf(layer, neuron) {
    const size = SIDE * SIDE;
    if (layer === 0) {
      const place = choices.features.findIndex(([name]) => name === scene.state.features[neuron]);
      return scene.features.subarray(size * place, size * (place + 1));
    }
    const before = scene.sizes.slice(1, layer).reduce((a, b) => a + b, 0) + neuron;
    return scene.maps.subarray(size * before, size * (before + 1));
  }

  /** Where a weight is in the row of all weights; source null is the bias. layer counts from 1. */
  function weightPlace(layer, source, neuron) {
    let start = 0;
    for (let l = 1; l < layer; l++) start += (scene.sizes[l - 1] + 1) * scene.sizes[l];
    const width = scene.sizes[layer];
    return start + (source === null ? scene.sizes[layer - 1] * width + neuron : source * width + neuron);
  }

  function layOut() {
    const width = Math.max(240, page.stage.clientWidth || 480);
    const columns = scene.sizes.length;
    const narrow = width < 430;
    const size = Math.max(20, Math.min(38, Math.floor((width - 90) / columns) - 14));
    const pitch = Math.min(52, size + 14);
    const first = narrow ? 44 : 58;
    const last = width - size - 6;
    const stacked = (last - first) / Math.max(1, columns - 1) < 50; // no room for two buttons side by side
    const above = stacked ? 66 : 46; // for the buttons over a layer
    const height = above + Math.max(choices.features.length, ...scene.sizes.slice(1)) * pitch;
    const x = (layer) => (columns === 1 ? first : first + ((last - first) * layer) / (columns - 1));
    boxes = [];
    const nodes = [];

    choices.features.forEach(([name, label], row) => {
      const used = state.features.includes(name);
      const box = { layer: 0, neuron: scene.state.features.indexOf(name), name, x: first, y: above + row * pitch, size, used };
      boxes.push(box);
      const node = neuronButton(box, `Feature ${label}`, () => toggleFeature(name));
      node.setAttribute("aria-pressed", String(used));
      nodes.push(node, make("span", { class: "dlp-label", style: `left:0;width:${first - 6}px;top:${box.y}px;height:${size}px;opacity:${used ? 1 : 0.55}` }, label));
    });
    for (let layer = 1; layer < columns; layer++) {
      const count = scene.sizes[layer];
      const isOutput = layer === columns - 1;
      for (let neuron = 0; neuron < count; neuron++) {
        const y = above + (isOutput ? 3 * pitch : neuron * pitch);
        const box = { layer, neuron, x: x(layer), y, size, used: true };
        boxes.push(box);
        nodes.push(neuronButton(box, isOutput ? "Output" : `Hidden layer ${layer}, neuron ${neuron + 1}`, () => choose(layer, neuron)));
      }
      if (!isOutput) nodes.push(layerControls(layer, count, x(layer) + size / 2, narrow || columns > 6, stacked));
    }
    links = [];
    for (let layer = 1; layer < columns; layer++) {
      for (const to of boxes.filter((box) => box.layer === layer)) {
        for (const from of boxes.filter((box) => box.layer === layer - 1 && box.neuron >= 0)) {
          links.push({ layer, source: from.neuron, neuron: to.neuron, place: weightPlace(layer, from.neuron, to.neuron),
            x0: from.x + size, y0: from.y + size / 2, x1: to.x, y1: to.y + size / 2 });
        }
      }
    }
    page.stage.style.height = `${height}px`;
    const focused = page.neurons.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    page.neurons.replaceChildren(...nodes);
    if (focused) [...page.neurons.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === focused)?.focus();
  }

  function neuronButton(box, label, onclick) {
    return make("button", {
      type: "button", class: "dlp-neuron", "aria-label": label, onclick: (e) => { e.stopPropagation(); onclick(); },
      style: `left:${box.x}px;top:${box.y}px;width:${box.size}px;height:${box.size}px`,
      onmouseenter: () => enlarge(box), onmouseleave: () => enlarge(null), onfocus: () => enlarge(box), onblur: () => enlarge(null),
    });
  }

  function layerControls(layer, count, middle, tight, stacked) {
    // From what the controls say now: several clicks may come before the first answer.
    const add = (n) => change({
      hidden: state.hidden.map((old, i) => (i === layer - 1 ? Math.max(1, Math.min(choices.most_neurons, old + n)) : old)),
    });
    return make("div", { class: stacked ? "dlp-count dlp-stacked" : "dlp-count", style: `left:${middle}px` },
      make("div", {},
        make("button", { type: "button", "aria-label": `Remove a neuron from hidden layer ${layer}`, disabled: count <= 1, onclick: (e) => { e.stopPropagation(); add(-1); } }, "−"),
        make("button", { type: "button", "aria-label": `Add a neuron to hidden layer ${layer}`, disabled: count >= choices.most_neurons, onclick: (e) => { e.stopPropagation(); add(1); } }, "+")),
      make("span", {}, tight ? String(count) : `${count} neuron${count === 1 ? "" : "s"}`));
  }

  function toggleFeature(name) {
    const has = state.features.includes(name);
    if (has && state.features.length === 1) {
      say("At least one feature is needed.");
      return;
    }
    change({ features: choices.features.map(([n]) => n).filter((n) => (n === name ? !has : state.features.includes(n))) });
  }

  function enlarge(box) {
    enlarged = box && { layer: box.layer, neuron: box.neuron, name: box.name };
    draw();
  }

  function choose(layer, neuron) {
    chosen = chosen && chosen.layer === layer && chosen.neuron === neuron ? null : { layer, neuron };
    page.inspector.dataset.for = "";
    showInspector();
    draw();
  }

  // --- Weights under the mouse

  function nearestLink(x, y) {
    let best = null;
    let least = 6;
    for (const link of links) {
      if (x < link.x0 - 2 || x > link.x1 + 2) continue;
      const t = (x - link.x0) / (link.x1 - link.x0);
      const distance = Math.abs(curveY(link, t) - y);
      if (distance < least) [best, least] = [link, distance];
    }
    return best;
  }

  /** The height of the drawn curve at a share t of its width; the curve is a cubic with control points half way. */
  function curveY(link, t) {
    let [low, high] = [0, 1];
    for (let i = 0; i < 18; i++) {
      const s = (low + high) / 2;
      const x = 1.5 * s * (1 - s) ** 2 + 1.5 * s * s * (1 - s) + s ** 3;
      if (x < t) low = s;
      else high = s;
    }
    const s = low;
    return link.y0 + (link.y1 - link.y0) * (3 * s * s * (1 - s) + s ** 3);
  }

  function point(event) {
    if (!scene || event.target.closest("button")) return leave();
    const frame = page.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const link = nearestLink(x, y);
    light(link);
    page.tip.hidden = !link;
    if (link) {
      page.tip.textContent = `weight ${signed(scene.weights[link.place])}`;
      page.tip.style.left = `${Math.min(x + 12, frame.width - 110)}px`;
      page.tip.style.top = `${y + 14}px`;
    }
  }

  function leave() {
    page.tip.hidden = true;
    light(null);
  }

  /** Draw one weight's line strongly: the one under the mouse, or whose number has the focus. */
  function light(link) {
    if (link === hoveredWeight) return;
    hoveredWeight = link;
    draw();
  }

  function pick() {
    if (!hoveredWeight) return;
    const { layer, source, neuron } = hoveredWeight;
    chosen = { layer, neuron };
    page.inspector.dataset.for = "";
    showInspector();
    page.inspector.querySelectorAll("input")[source + 1]?.focus();
    draw();
  }

  // --- The numbers of one neuron

  function showInspector() {
    const box = page.inspector;
    if (!chosen) {
      if (box.dataset.for !== "nothing") {
        box.dataset.for = "nothing";
        box.replaceChildren(make("p", {}, "Point at a neuron to see it large, or at a line to read its weight. A click keeps the neuron and lets you change its numbers."));
      }
      return;
    }
    const { layer, neuron } = chosen;
    const sources = [null, ...Array(scene.sizes[layer - 1]).keys()];
    const key = `${layer}/${neuron}/${scene.sizes}/${scene.state.features}`;
    if (box.dataset.for !== key) {
      box.dataset.for = key;
      const name = neuronName(layer, neuron);
      box.replaceChildren(make("h4", {}, name[0].toUpperCase() + name.slice(1)),
        ...sources.map((source) => {
          const words = source === null ? "bias" : `from ${layer === 1 ? neuronName(0, source) : `neuron ${source + 1}`}`;
          return labelled(words, make("input", {
            type: "number", step: "0.1",
            onfocus: () => light(links.find((link) => link.layer === layer && link.source === source && link.neuron === neuron) ?? null),
            onblur: () => light(null),
            onchange: (e) => Number.isFinite(e.target.valueAsNumber) && ask({ type: "weight", layer: layer - 1, source, neuron, value: e.target.valueAsNumber }),
          }));
        }),
        make("button", { type: "button", class: "dlp-plain", onclick: () => choose(layer, neuron) }, "Close"));
    }
    box.querySelectorAll("input").forEach((input, i) => {
      if (document.activeElement === input && !playing) return;
      const value = scene.weights[weightPlace(layer, sources[i], neuron)];
      input.value = Number.isFinite(value) ? value.toFixed(3) : "";
    });
  }

  // --- Drawing

  let later = null; // a drawing that waits until the widget is on the page again

  function colours() {
    const style = getComputedStyle(page.stage);
    const [red, green, blue] = (style.color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
    return { ink: style.color, dark: red + green + blue > 384, line: style.getPropertyValue("--dlp-line").trim() || "#bbb", muted: style.getPropertyValue("--dlp-muted").trim() || "#666" };
  }

  function draw() {
    clearTimeout(later);
    if (!scene) return;
    if (!page.stage.clientWidth) { // JupyterLab takes cells out of the page that are scrolled away
      later = setTimeout(draw, 300);
      return;
    }
    const look = colours();
    drawNetwork(look);
    drawOutput(look);
    drawCurve(look);
  }

  function drawNetwork({ ink, line, dark }) {
    const context = prepared(page.network, page.stage.clientWidth, page.stage.clientHeight);
    const lit = (link) => link === hoveredWeight || (enlarged && enlarged.layer === link.layer && enlarged.neuron === link.neuron) ||
      (chosen && chosen.layer === link.layer && chosen.neuron === link.neuron);
    for (const link of links) {
      const value = scene.weights[link.place];
      const strength = Number.isFinite(value) ? Math.min(Math.abs(value), 5) : 0;
      context.strokeStyle = Number.isNaN(value) ? line : `rgb(${value < 0 ? NEGATIVE : dark ? ON_DARK : POSITIVE})`;
      context.globalAlpha = lit(link) ? 1 : 0.3 + 0.5 * Math.min(strength, 1);
      const bend = (link.x1 - link.x0) / 2;
      context.lineWidth = 0.7 + 1.6 * strength * Math.min(1, bend / 28) + (link === hoveredWeight ? 3 : lit(link) ? 1.2 : 0); // thinner where it is narrow
      context.beginPath();
      context.moveTo(link.x0, link.y0);
      context.bezierCurveTo(link.x0 + bend, link.y0, link.x1 - bend, link.y1, link.x1, link.y1);
      context.stroke();
    }
    context.globalAlpha = 1;
    for (const box of boxes) {
      const { x, y, size } = box;
      const map = box.layer === 0 ? featureMap(box.name) : mapOf(box.layer, box.neuron);
      context.globalAlpha = box.used ? 1 : 0.28;
      paint(context, map, x, y, size);
      context.globalAlpha = 1;
      const isChosen = chosen && box.layer === chosen.layer && box.neuron === chosen.neuron && box.layer > 0;
      context.strokeStyle = isChosen ? ink : line;
      context.lineWidth = isChosen ? 2.5 : 1;
      context.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1);
    }
  }

  function featureMap(name) {
    const place = choices.features.findIndex(([n]) => n === name);
    return scene.features.subarray(SIDE * SIDE * place, SIDE * SIDE * (place + 1));
  }

  function drawOutput({ ink, muted }) {
    const [left, below] = [20, 18];
    const room = page.output.parentElement.clientWidth || 250;
    const size = Math.max(150, Math.min(room - left - 8, 300));
    const context = prepared(page.output, size + left + 8, size + below + 4);
    const last = scene.sizes.length - 1;
    const place = enlarged ?? { layer: last, neuron: 0 };
    const isOutput = place.layer === last;
    const map = place.layer === 0 ? featureMap(place.name) : mapOf(place.layer, place.neuron);
    context.save();
    context.translate(left, 4);
    if (isOutput && state.discretize) paintSides(context, map, size);
    else paint(context, map, 0, 0, size);
    context.beginPath();
    context.rect(0, 0, size, size);
    context.clip();
    const spot = (i, test) => {
      const x = ((scene.points[2 * i] + REACH) / (2 * REACH)) * size;
      const y = ((REACH - scene.points[2 * i + 1]) / (2 * REACH)) * size;
      context.beginPath();
      if (test) context.rect(x - 2.8, y - 2.8, 5.6, 5.6);
      else context.arc(x, y, 3.2, 0, 7);
      context.strokeStyle = "rgba(0, 0, 0, 0.3)"; // or a white point could not be seen on white
      context.lineWidth = 2.4;
      context.stroke();
      context.fillStyle = rgb(scene.targets[i]);
      context.fill();
      context.strokeStyle = test ? "#111" : "white";
      context.lineWidth = 1.1;
      context.stroke();
    };
    const n = scene.targets.length;
    for (let i = 0; i < scene.train; i++) spot(i, false);
    if (state.show_test) for (let i = scene.train; i < n; i++) spot(i, true);
    context.restore();
    context.strokeStyle = muted;
    context.lineWidth = 1;
    context.strokeRect(left - 0.5, 3.5, size + 1, size + 1);
    context.fillStyle = ink;
    context.font = "11px sans-serif";
    context.textAlign = "center";
    for (const [value, text] of [[-6, "−6"], [-3, "−3"], [0, "0"], [3, "3"], [6, "6"]]) {
      const at = ((value + REACH) / (2 * REACH)) * size;
      context.textBaseline = "top";
      context.textAlign = "center";
      context.fillText(text, left + Math.max(4, Math.min(size - 4, at)), size + 8);
      context.textBaseline = "middle";
      context.textAlign = "right";
      context.fillText(text, left - 4, 4 + Math.max(5, Math.min(size - 5, size - at)));
    }
    const name = isOutput ? "Output" : place.layer === 0 ? `Feature ${featureLabel(place.name)}` : `Hidden layer ${place.layer}, neuron ${place.neuron + 1}`;
    if (page.outputTitle.textContent !== name) page.outputTitle.textContent = name;
    const words = `${name} over the plane, from orange, −1, to blue, 1, with ${scene.train} training points${state.show_test ? ` and ${n - scene.train} test points` : ""}`;
    if (page.output.getAttribute("aria-label") !== words) page.output.setAttribute("aria-label", words);
  }

  function drawCurve({ ink, line, muted }) {
    const room = page.curve.parentElement.clientWidth || 250;
    const [width, height, left, below] = [Math.min(room, 328), 92, 30, 16];
    const context = prepared(page.curve, width, height);
    const finite = curve.flatMap((p) => [p[1], p[2]]).filter(Number.isFinite);
    const most = Math.max(0.01, finite.length ? finite.reduce((a, b) => Math.max(a, b)) : 1);
    const lastEpoch = Math.max(1, curve.length ? curve[curve.length - 1][0] : 1);
    const x = (epoch) => left + ((width - left - 6) * epoch) / lastEpoch;
    const y = (value) => 6 + (height - below - 8) * (1 - Math.min(value, most) / most);
    context.strokeStyle = line;
    context.lineWidth = 1;
    context.beginPath();
    for (const value of [0, most]) {
      context.moveTo(left, y(value));
      context.lineTo(width - 6, y(value));
    }
    context.stroke();
    context.fillStyle = muted;
    context.font = "10px sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillText("0", left - 4, y(0));
    context.fillText(most >= 1000 ? most.toExponential(0) : most.toPrecision(2), left - 4, y(most) + 2);
    context.textBaseline = "top";
    context.fillText(`epoch ${lastEpoch.toLocaleString("en")}`, width - 6, height - 12);
    const stroke = (column, colour, dashes) => {
      context.strokeStyle = colour;
      context.lineWidth = 1.8;
      context.setLineDash(dashes);
      context.beginPath();
      let drawing = false;
      for (const p of curve) {
        if (!Number.isFinite(p[column])) { drawing = false; continue; }
        if (drawing) context.lineTo(x(p[0]), y(p[column]));
        else context.moveTo(x(p[0]), y(p[column]));
        drawing = true;
      }
      context.stroke();
      context.setLineDash([]);
    };
    stroke(1, TRAINING, []);
    stroke(2, ink, [5, 3]);
  }

  // --- Life of the view

  build();
  showPlaying();
  showScene({ ...model.get("first") }, unpacked(model.get("first").layout, model.get("first_data")));
  model.on("msg:custom", receive);
  const seen = new IntersectionObserver((entries) => {
    visible = entries[entries.length - 1].isIntersecting;
    pump();
  });
  seen.observe(el);
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (!scene || Math.abs(page.stage.clientWidth - width) < 2) return;
    width = page.stage.clientWidth;
    layOut();
    draw();
  });
  sized.observe(page.stage);
  const themed = new MutationObserver(() => draw());
  themed.observe(document.body, { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-jp-theme-name"] });
  document.addEventListener("visibilitychange", pump, { signal: gone.signal });
  ask({ type: "scene" }); // the page may have been loaded again, long after the first picture

  return () => {
    pause();
    clearInterval(watch);
    clearTimeout(change.timer);
    clearTimeout(later);
    gone.abort();
    seen.disconnect();
    sized.disconnect();
    themed.disconnect();
    model.off("msg:custom", receive);
  };
}

export default { render };
