/** A picture, bundled as a data address. */
declare module "*.png" {
  const address: string;
  // biome-ignore lint/style/noDefaultExport: the bundler names it so
  export default address;
}
