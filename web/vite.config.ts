import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The web role of a local `odd-dashboard up`, for `npm run dev` and `npm run preview`.
const webRole = process.env.ODD_WEB_URL ?? "http://127.0.0.1:8081";

const proxy = {
  "/api": { target: webRole, ws: true },
  "/session": { target: webRole },
};

export default defineConfig({
  // Asset URLs are relative to the `<base>` element, which the web role sets, so that the page also works below a path.
  base: "./",
  plugins: [svelte()],
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
