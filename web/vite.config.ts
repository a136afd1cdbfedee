import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

// The web role of a local `odd-dashboard up`, for `npm run dev` and `npm run preview`.
const webRole = process.env.ODD_WEB_URL ?? "http://127.0.0.1:8081";

const proxy = {
  "/api": { target: webRole, ws: true },
  "/session": { target: webRole },
};

// Every browser of the build target reads WOFF2: the other copy of each font would only enlarge the binary.
const onlyWoff2: Plugin = {
  name: "only-woff2",
  enforce: "pre",
  transform(code, id) {
    const isFont = id.includes("@fontsource") && id.endsWith(".css");
    return isFont ? code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\(["']woff["']\)/g, "") : null;
  },
};

export default defineConfig({
  // Asset URLs are relative to the `<base>` element, which the web role sets, so that the page also works below a path.
  base: "./",
  plugins: [onlyWoff2, svelte()],
  build: {
    target: "es2023",
    // Images and fonts stay files: the content security policy allows no data URLs for fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy },
  preview: { proxy },
});
