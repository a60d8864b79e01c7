import type { Desk } from "../act/desk.ts";
import type { Page } from "../page/page.ts";
import type { Command } from "../palette/command.ts";
import { savePicture } from "./save-picture.ts";

/** The card's heading without the remarks beside it. */
function titleOf(card: Element): string {
  const heading = card.querySelector("h2, h3");
  const own = [...(heading?.childNodes ?? [])].find((node) => node instanceof Text && node.data.trim() !== "");
  return own?.textContent?.trim() ?? "";
}

const fileName = (title: string) =>
  `gilscope-${title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")}`;

/** Pictures of the window and of each card on screen, as the theme shows them. */
export function pictureCommands(page: Page, desk: Desk): readonly Command[] {
  const cards = [...document.querySelectorAll("#detail .card")].flatMap((card) => {
    const title = card.classList.contains("verdict-card") ? "Verdict" : titleOf(card);
    return title === "" ? [] : [{ card, title }];
  });
  const whole = document.querySelector(".window");
  const wanted = [...(whole === null ? [] : [{ card: whole, title: "Window" }]), ...cards];
  return wanted.flatMap(({ card, title }) =>
    (["png", "svg"] as const).map(
      (kind): Command => ({
        id: `picture-${fileName(title).slice("gilscope-".length)}-${kind}`,
        title: `Picture: ${title} (${kind.toUpperCase()})`,
        also: "save image screenshot chart",
        run: () => {
          if (!card.classList.contains("window")) card.scrollIntoView({ block: "nearest" });
          // The palette goes with the next picture of the window.
          requestAnimationFrame(() =>
            requestAnimationFrame(() => void savePicture(page, desk, card, fileName(title), kind)),
          );
        },
      }),
    ),
  );
}
