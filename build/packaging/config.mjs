import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { finishPackedApp } from "./finish.mjs";

/**
 * electron-builder's configuration: what goes into the packed program and which installers a release makes of it.
 * @param {{ electronDist: string, electronVersion: string, release: boolean }} electron
 * @returns {import("electron-builder").Configuration}
 */
export function packagingConfig({ electronDist, electronVersion, release }) {
  return {
    appId: "org.gilscope.Gilscope",
    productName: "Gilscope",
    copyright: "MIT licence",
    electronDist,
    electronVersion,
    asar: true,
    npmRebuild: false,
    nodeGypRebuild: false,
    forceCodeSigning: false,
    directories: { output: join(ROOT, "dist"), buildResources: join(ROOT, "build", "icon") },
    files: ["out/*.cjs", "out/page/**", "package.json", "!node_modules"],
    extraMetadata: { name: "gilscope", scripts: {}, dependencies: {}, devDependencies: {}, overrides: {} },
    afterPack: finishPackedApp,
    ...(release ? {} : { compression: /** @type {const} */ ("store") }),
    linux: {
      target: ["AppImage", "deb", "rpm"],
      executableName: "gilscope",
      category: "Development",
      synopsis: "Shows why Python threads don't scale, with proof",
      icon: join(ROOT, "build", "icon", "icon.png"),
    },
    deb: { appArmorProfile: join(ROOT, "build", "packaging", "apparmor-profile") },
    mac: {
      target: ["dmg"],
      category: "public.app-category.developer-tools",
      icon: join(ROOT, "build", "icon", "icon.png"),
    },
    win: { target: ["nsis"], icon: join(ROOT, "build", "icon", "icon.png") },
    nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  };
}
