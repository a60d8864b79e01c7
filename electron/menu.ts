import { app, type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions } from "electron";
import { EXPORT_FORMATS, type ExportFormat } from "../core/page/protocol.ts";
import { EXPORT_FORMAT_LABELS } from "../words/export-formats.ts";

/** What the menu's own items do. */
export interface MenuActions {
  readonly openFile: () => Promise<void>;
  readonly exportAs: (format: ExportFormat) => Promise<void>;
}

/** Puts the program's menu up. */
export function setMenu(window: BrowserWindow, actions: MenuActions, developing: boolean): void {
  const about: MenuItemConstructorOptions = { label: "About Gilscope", click: () => void showAbout(window) };
  const separator: MenuItemConstructorOptions = { type: "separator" };
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === "darwin"
      ? [
          {
            label: "Gilscope",
            submenu: [about, separator, { role: "hide" }, { role: "unhide" }, separator, { role: "quit" }],
          } as MenuItemConstructorOptions,
        ]
      : []),
    {
      label: "&File",
      submenu: [
        { label: "&Open…", accelerator: "CmdOrCtrl+O", click: () => void actions.openFile() },
        {
          label: "&Export",
          submenu: EXPORT_FORMATS.map((format) => ({
            label: `${EXPORT_FORMAT_LABELS[format].title}…`,
            click: () => void actions.exportAs(format),
          })),
        },
        separator,
        { role: "quit", accelerator: "CmdOrCtrl+Q" },
      ],
    },
    {
      label: "&Edit",
      submenu: [
        { role: "undo" },
        { role: "redo" },
        separator,
        { role: "cut" },
        { role: "copy" },
        { role: "paste" },
        { role: "selectAll" },
      ],
    },
    {
      label: "&View",
      submenu: [
        { role: "reload" },
        separator,
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        separator,
        { role: "togglefullscreen" },
        ...(developing ? [separator, { role: "toggleDevTools" } as MenuItemConstructorOptions] : []),
      ],
    },
    { label: "&Help", submenu: [about] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

async function showAbout(window: BrowserWindow): Promise<void> {
  await dialog.showMessageBox(window, {
    type: "info",
    title: "About Gilscope",
    message: `Gilscope ${app.getVersion()}`,
    detail: `Shows why Python threads don't scale, with proof.\n\nElectron ${process.versions["electron"]}, Chromium ${process.versions["chrome"]}, Node ${process.versions.node}`,
    buttons: ["Close"],
  });
}
