"""How a figure becomes the picture of a notebook's cell."""

import io


def show_figures_inline() -> None:
    """Show a Figure that ends a cell as a sharp PNG, with its description as alternative text."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None:
        return
    from matplotlib.figure import Figure

    shell.run_line_magic("matplotlib", "inline")
    shell.display_formatter.formatters["image/png"].for_type(Figure, figure_png)


def figure_png(figure) -> tuple[bytes, dict]:
    """Draw a figure as PNG at twice its resolution, for sharp text on any screen, in 256 colours to keep files small.

    Returns:
        The PNG's bytes, and its metadata: width and height in which to show it (pixels), and `alt`, the figure's
        description in words, where a plot helper or the lesson gave it one (`figure.description`).
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    drawn, png = io.BytesIO(), io.BytesIO()
    look = {"dpi": 2 * figure.dpi, "bbox_inches": "tight", "facecolor": "white"}
    FigureCanvasAgg(figure).print_figure(drawn, format="png", pil_kwargs={"compress_level": 0}, **look)
    picture = Image.open(drawn).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(png, format="png")
    metadata = {"width": picture.width // 2, "height": picture.height // 2}
    description = getattr(figure, "description", None)
    if description:
        metadata["alt"] = description
    return png.getvalue(), metadata


def smallest_png(png: bytes) -> bytes:
    """The same pixels in fewer bytes. It takes longer than a person watching should wait: it is for stored pictures."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(io.BytesIO(png)).save(small, format="png", optimize=True)
    return min(small.getvalue(), png, key=len)
