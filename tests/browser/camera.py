"""What a fake camera shows: a picture as uncompressed video, which Chromium takes for its camera.

Source: the YUV4MPEG2 format, as mjpegtools describes it (yuv4mpeg(5)); ITU-R BT.601 for black and white.
"""

from __future__ import annotations

from pathlib import Path

import segno

WIDTH, HEIGHT = 640, 480
_BLACK, _WHITE, _GREY = 16, 235, 128
_HEAD = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
_COLOUR = bytes([_GREY]) * (WIDTH // 2 * HEIGHT // 2 * 2)


def show_nothing(path: Path) -> None:
    """Let the camera see a white wall."""
    _write(path, bytes([_WHITE]) * (WIDTH * HEIGHT))


def show_code(path: Path, code: str) -> None:
    """Let the camera see a QR code, in the middle of a white wall."""
    matrix = [bytes(row) for row in segno.make_qr(code, error="m").matrix]
    scale = (HEIGHT - 80) // len(matrix)
    left = (WIDTH - scale * len(matrix)) // 2
    top = (HEIGHT - scale * len(matrix)) // 2
    white = bytes([_WHITE])
    rows = [white * WIDTH] * top
    for line in matrix:
        dots = b"".join(bytes([_BLACK if dark else _WHITE]) * scale for dark in line)
        row = white * left + dots + white * (WIDTH - left - len(dots))
        rows += [row] * scale
    rows += [white * WIDTH] * (HEIGHT - len(rows))
    _write(path, b"".join(rows))


def _write(path: Path, luma: bytes) -> None:
    path.write_bytes(_HEAD + (b"FRAME\n" + luma + _COLOUR) * 2)
