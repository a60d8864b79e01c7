import { expect, type Page } from "@playwright/test";

/** Runs a command of the palette with the keyboard alone. */
export async function command(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByTestId("palette-input")).toBeFocused();
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}
