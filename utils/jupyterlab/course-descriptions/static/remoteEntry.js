// JupyterLab shows a cell's picture without alternative text, although the notebook holds a description of it in the
// output's metadata: {"image/png": {"alt": "..."}}. This renderer of PNGs does what JupyterLab's does, and gives the
// text to screen readers. It is loaded as it stands here: an extension of JupyterLab that nobody has to build.
(() => {
  let shared;

  async function plugins() {
    const [widgets] = Object.values(shared["@lumino/widgets"]);
    const { Widget } = (await widgets.get())();

    class Picture extends Widget {
      async renderModel(model) {
        const metadata = model.metadata["image/png"] ?? {};
        const image = document.createElement("img");
        image.src = `data:image/png;base64,${model.data["image/png"]}`;
        image.alt = metadata.alt ?? "";
        if (typeof metadata.width === "number") image.width = metadata.width;
        if (typeof metadata.height === "number") image.height = metadata.height;
        if (metadata.unconfined === true) image.classList.add("jp-mod-unconfined");
        if (metadata.needs_background) image.classList.add(`jp-needs-${metadata.needs_background}-background`);
        this.addClass("jp-RenderedImage");
        this.node.replaceChildren(image);
      }
    }

    return [
      {
        id: "course-descriptions:png",
        rank: 0, // before JupyterLab's own renderer
        dataType: "string",
        rendererFactory: { safe: true, mimeTypes: ["image/png"], createRenderer: () => new Picture() },
      },
    ];
  }

  (window._JUPYTERLAB ??= {})["course-descriptions"] = {
    init: (scope) => {
      shared = scope;
    },
    // A later JupyterLab may be built otherwise: then it starts without this extension, and not at all would be worse.
    get: async () => {
      const found = await plugins().catch(() => []);
      return () => ({ __esModule: true, default: found });
    },
  };
})();
