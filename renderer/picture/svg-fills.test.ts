import { describe, expect, it } from "vitest";
import { imageFills } from "./svg-fills.ts";
import { attributes, escapeXml } from "./svg-text.ts";

describe("backgrounds of a picture", () => {
  const fills = (image: string) => imageFills(image, () => "id");

  it("draws stripes as a pattern, so that states are told apart without colour", () => {
    const [fill] = fills(
      "repeating-linear-gradient(45deg, rgba(0, 0, 0, 0.36) 0px, rgba(0, 0, 0, 0.36) 2px, rgba(0, 0, 0, 0) 2px, rgba(0, 0, 0, 0) 5px)",
    );
    expect(fill?.fill).toBe("url(#id)");
    expect(fill?.definition).toContain('width="5" height="5"');
    expect(fill?.definition).toContain("rotate(-45)");
    expect(fill?.definition).toContain('<rect width="2" height="5" fill="rgba(0, 0, 0, 0.36)"/>');
  });

  it("draws tints flat or fading, several layers, and nothing for no gradient", () => {
    expect(fills("linear-gradient(rgb(1, 2, 3), rgb(1, 2, 3))")).toEqual([{ definition: "", fill: "rgb(1, 2, 3)" }]);
    const [fading] = fills("linear-gradient(90deg, rgba(9, 9, 9, 0.1), rgba(0, 0, 0, 0) 45%)");
    expect(fading?.definition).toContain('x1="0" y1="0.5" x2="1" y2="0.5"');
    expect(fading?.definition).toContain('offset="45%"');
    expect(
      fills("linear-gradient(red, red), repeating-linear-gradient(0deg, rgb(1, 1, 1) 0px, rgb(1, 1, 1) 1px)"),
    ).toHaveLength(1);
    expect(fills("none")).toEqual([]);
    expect(fills('url("data:image/png;base64,x")')).toEqual([]);
  });
});

describe("text of a picture", () => {
  it("is text wherever it stands", () => {
    expect(escapeXml(`<a href="x">&'\u0000\u001b[0m`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;&#39;[0m");
    expect(attributes({ x: '"><script>', empty: "" })).toBe('x="&quot;&gt;&lt;script&gt;"');
  });
});
