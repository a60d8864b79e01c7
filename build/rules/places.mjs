/** Folders of one machine and hosts of package registries, in pieces so that this file does not hold them. */
const PLACES = [
  ["/work/", "main"],
  ["/work/", "shared"],
  ["/root/", ".pyenv"],
  ["/opt/", "pypi"],
  ["registry.", "npmjs.org"],
  ["registry.", "yarnpkg.com"],
  ["//pypi", ".org"],
  ["files.", "pythonhosted.org"],
  ["deb.", "debian.org"],
].map((pieces) => pieces.join(""));

/**
 * Finds what ties a file to one machine or one registry.
 * @param {string} path
 * @param {string} text
 * @returns {string[]}
 */
export function placeBreaches(path, text) {
  return PLACES.filter((place) => text.includes(place)).map(
    (place) => `${path} names ${place}, which is a place of one machine or a registry's host`,
  );
}
