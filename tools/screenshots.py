"""Pictures of every page and chart in Chromium, for docs/screenshots.

    python tools/screenshots.py FOLDER           FOLDER holds studies/NAME, as for `winset app`
    python tools/screenshots.py FOLDER report    the report and its charts alone

Writes docs/screenshots/*.png at 1440 and 390 pixels, light and dark, and the page that shows them.
Needs Playwright, a Chromium on the machine, and Pillow to make the files small.
"""

from __future__ import annotations

import io
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
LOOKS = (("1440", "light"), ("1440", "dark"), ("390", "light"), ("390", "dark"))
TITLES = {
    "home": "The workbench: scenarios and studies",
    "scenario": "A scenario: changes, what to run, numbers",
    "run": "A run, while it is under way",
    "study": "The results of a study",
    "path": "One path followed",
    "report": "The report, from its beginning",
}


def small(png: bytes) -> bytes:
    """The picture in 128 colours."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def serve(folder: Path) -> str:
    import uvicorn

    from winset.app.pages import build

    server = uvicorn.Server(uvicorn.Config(build(folder), port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


def take(browser: Any, address: str, study: str) -> None:
    """Every page of the workbench."""
    scenario = study.rsplit("-", 1)[0] if study.count("-") else study
    pages = {
        "home": "/",
        "scenario": f"/s/{scenario}?set=ru_time_on_side=0.3",
        "study": f"/studies/{study}",
        "path": f"/studies/{study}/path",
    }
    for width, scheme in LOOKS:
        size = {"width": int(width), "height": 1000 if width == "1440" else 844}
        page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
        page.set_default_timeout(120_000)
        for name, where in pages.items():
            page.goto(address + where)
            shot(page.screenshot(), f"{name}-{width}-{scheme}")
        page.context.close()


def of_report(browser: Any, report: Path) -> list[str]:
    """The report's first screen, and each of its charts; the charts' titles."""
    names: list[str] = []
    for old in OUT.glob("figure*.png"):
        old.unlink()
    for width, scheme in LOOKS:
        size = {"width": int(width), "height": 1000 if width == "1440" else 844}
        page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
        page.goto(report.as_uri())
        shot(page.screenshot(), f"report-{width}-{scheme}")
        if (width, scheme) in (("1440", "light"), ("390", "dark")):
            for number, figure in enumerate(page.locator("figure").all(), start=1):
                title = figure.locator("h3").inner_text()
                if number > len(names):
                    names.append(title)
                shot(figure.screenshot(), f"figure{number:02}-{width}-{scheme}")
        page.context.close()
    return names


def running(browser: Any, address: str, study: str) -> None:
    """A run at work, light and wide, dark and narrow; then cancelled."""
    scenario = study.rsplit("-", 1)[0]
    for width, scheme in (LOOKS[0], LOOKS[3]):
        size = {"width": int(width), "height": 1000 if width == "1440" else 844}
        page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
        page.set_default_timeout(180_000)
        page.goto(f"{address}/s/{scenario}?seed=2&worldview=article&worldview=kyiv")
        page.get_by_role("button", name="Run, quick").click()
        page.locator("table.heat td[data-mean]").first.wait_for()
        shot(page.screenshot(), f"run-{width}-{scheme}")
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled").first.wait_for()


def shot(png: bytes, name: str) -> None:
    (OUT / f"{name}.png").write_bytes(small(png))


def page_of(figures: list[str]) -> str:
    lines = [
        "# Pictures",
        "",
        "Every page and chart in Chromium at 1440 and 390 px, by `tools/screenshots.py`, from a",
        "full study of `ukraine-2025`; the numbers are of that day's scenario, not the latest.",
    ]
    for name, title in TITLES.items():
        lines += ["", f"## {title}", ""]
        for width, scheme in LOOKS:
            file = f"{name}-{width}-{scheme}.png"
            if (OUT / file).exists():
                wide = 720 if width == "1440" else 240
                lines.append(
                    f'<img src="{file}" width="{wide}" alt="{title}, {width} px, {scheme}">'
                )
    for number, title in enumerate(figures, start=1):
        lines += ["", f"## {title}", ""]
        for width, scheme in (LOOKS[0], LOOKS[3]):
            wide = 600 if width == "1440" else 240
            file = f"figure{number:02}-{width}-{scheme}.png"
            lines.append(f'<img src="{file}" width="{wide}" alt="{width} px, {scheme}">')
    return "\n".join(lines) + "\n"


def main(folder: Path, whole: bool) -> None:
    from playwright.sync_api import sync_playwright

    from winset.api import open_study
    from winset.views.report import write_report

    OUT.mkdir(parents=True, exist_ok=True)
    study = next((folder / "studies").iterdir()).name
    report = write_report(open_study(folder / "studies" / study), folder / "report.html")
    address = serve(folder) if whole else ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        figures = of_report(browser, report)
        if whole:
            take(browser, address, study)
            running(browser, address, study)
        browser.close()
    (OUT / "README.md").write_text(page_of(figures), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), "report" not in sys.argv[2:])
