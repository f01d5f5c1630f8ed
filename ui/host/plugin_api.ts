/** `PluginApi` from the versions of the libraries that Stash bundles (ui/package.json). */
import * as Apollo from "@apollo/client";
import * as FontAwesomeBrands from "@fortawesome/free-brands-svg-icons";
import * as FontAwesomeRegular from "@fortawesome/free-regular-svg-icons";
import * as FontAwesomeSolid from "@fortawesome/free-solid-svg-icons";
import * as React from "react";
import * as Bootstrap from "react-bootstrap";
import * as ReactDOM from "react-dom";
import * as Intl from "react-intl";
import * as ReactRouterDOM from "react-router-dom";
import * as ReactSelect from "react-select";
import { components, patch, registerComponent } from "./patch.tsx";
import { useToast } from "./toast.tsx";

/** Add a route of a plugin's to those of the stand-in. */
function route(path: string, component: React.ComponentType): void {
  patch.before("PluginRoutes", (...[props]) => {
    const { children } = props as { children?: React.ReactNode };
    const ours = React.createElement(ReactRouterDOM.Route, { path, component, key: path });
    return [{ children: React.createElement(React.Fragment, null, children, ours) }];
  });
}

export const PluginApi = {
  React,
  ReactDOM,
  libraries: {
    Apollo, Bootstrap, FontAwesomeBrands, FontAwesomeRegular, FontAwesomeSolid, Intl, ReactRouterDOM, ReactSelect,
  },
  register: { route, component: registerComponent },
  components,
  hooks: { useToast },
  patch,
};
