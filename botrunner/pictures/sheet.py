"""A sheet to draw on that is laid out once and mirrored where one reads from right to left."""

from io import BytesIO

from PIL import Image, ImageDraw

from botrunner.pictures.lettering import Colour, Line


class Sheet:
    """`x` counts from where the language begins to read: mirrored, from the right."""

    def __init__(self, ground: Image.Image, *, is_mirrored: bool) -> None:
        self.is_mirrored = is_mirrored
        self._image = self._turned(ground).copy()
        self._pen = ImageDraw.Draw(self._image)

    def write(self, line: Line, x: float, baseline: float, colour: Colour) -> None:
        """From `x` on."""
        left = self._image.width - x - line.width if self.is_mirrored else x
        line.draw(self._pen, left, baseline, colour)

    def write_to(self, line: Line, x: float, baseline: float, colour: Colour) -> None:
        """Up to `x`."""
        self.write(line, x - line.width, baseline, colour)

    def fill(self, mask: Image.Image, x: int, y: int, paint: Colour | Image.Image) -> None:
        """Paints a mask; a picture as paint begins where the mask does."""
        left = self._image.width - x - mask.width if self.is_mirrored else x
        if isinstance(paint, Image.Image):
            self._image.paste(self._turned(paint), (left, y), mask)
        else:
            self._image.paste(paint, (left, y, left + mask.width, y + mask.height), mask)

    def png(self) -> bytes:
        file = BytesIO()
        self._image.save(file, "PNG")
        return file.getvalue()

    def _turned(self, image: Image.Image) -> Image.Image:
        return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if self.is_mirrored else image
