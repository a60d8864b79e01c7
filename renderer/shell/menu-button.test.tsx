// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { MenuButton, type MenuItem } from "./menu-button.tsx";

afterEach(cleanup);

function opened(items: readonly MenuItem[]): HTMLElement {
  render(
    <MenuButton label="Deeds" items={() => items} testId="deeds">
      Deeds
    </MenuButton>,
  );
  fireEvent.click(screen.getByTestId("deeds"));
  return screen.getByRole("menu");
}

const none = () => undefined;
const copy: MenuItem = { id: "copy", title: "Copy", run: none };

it("goes round with the arrows, boxes included, and to a line by its letter", () => {
  const menu = opened([copy, { id: "stop", title: "Stop", run: none }, { ...copy, id: "hide", checked: false }]);
  expect(document.activeElement).toBe(screen.getByTestId("item-copy"));
  fireEvent.keyDown(menu, { key: "ArrowUp" });
  expect(document.activeElement).toBe(screen.getByTestId("item-hide"));
  fireEvent.keyDown(menu, { key: "s" });
  expect(document.activeElement).toBe(screen.getByTestId("item-stop"));
});

it("closes with what was chosen and with Escape, and stays open for a box", () => {
  let ticked = 0;
  const menu = opened([copy, { id: "hide", title: "Hide", checked: true, run: () => ticked++ }]);
  fireEvent.click(screen.getByRole("menuitemcheckbox", { checked: true }));
  expect(ticked).toBe(1);
  expect(menu.isConnected).toBe(true);
  fireEvent.keyDown(menu, { key: "Escape" });
  expect(menu.isConnected).toBe(false);
  expect(document.activeElement).toBe(screen.getByTestId("deeds"));
  fireEvent.click(screen.getByTestId("deeds"));
  fireEvent.click(screen.getByTestId("item-copy"));
  expect(screen.queryByRole("menu")).toBeNull();
});
