/** Loads the plugins' scripts, then draws the stand-in of Stash's interface. */
import * as React from "react";
import * as ReactDOM from "react-dom";
import { BrowserRouter } from "react-router-dom";
import { App } from "./app.tsx";
import { ask } from "./graphql.ts";
import { PluginApi } from "./plugin_api.ts";

Object.assign(window, { PluginApi });

interface Found {
  readonly plugins: readonly { readonly enabled: boolean; readonly paths: { readonly javascript: string[] | null } }[];
}

const loaded = (src: string): Promise<void> =>
  new Promise((done) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: () => done(), onerror: () => done() }));
  });

const { plugins } = await ask<Found>("query { plugins { enabled paths { javascript } } }");
for (const plugin of plugins.filter((one) => one.enabled)) {
  await Promise.all((plugin.paths.javascript ?? []).map(loaded));
}
const basename = new URL(document.baseURI).pathname;
const page = (
  <BrowserRouter basename={basename}>
    <App />
  </BrowserRouter>
);
ReactDOM.render(page, document.getElementById("root"));
