import { join } from "node:path";
import { ROOT } from "../lib/paths.mjs";
import { finishPackedApp } from "./finish.mjs";

/**
 * electron-builder's configuration: what goes into the packed program and which installers a release makes of it.
 * Home page and maintainer are those of the repository whose workflow makes the release.
 * @param {{ electronDist: string, electronVersion: string, release: boolean }} electron
 * @returns {import("electron-builder").Configuration}
 */
export function packagingConfig({ electronDist, electronVersion, release }) {
  const owner = process.env["GITHUB_REPOSITORY_OWNER"] ?? "gilscope";
  const repository = process.env["GITHUB_REPOSITORY"];
  const homepage = repository === undefined ? {} : { homepage: `${process.env["GITHUB_SERVER_URL"]}/${repository}` };
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
    files: ["out/*.cjs", "out/page/**", "out/pictures/**", "package.json", "!node_modules"],
    extraMetadata: { name: "gilscope", scripts: {}, dependencies: {}, devDependencies: {}, overrides: {}, ...homepage },
    afterPack: finishPackedApp,
    ...(release ? {} : { compression: /** @type {const} */ ("store") }),
    linux: {
      maintainer: `${owner} <${owner}@users.noreply.github.com>`,
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
