/** Parts that are there when a plugin's script starts. */
import * as React from "react";
import { Spinner } from "react-bootstrap";
import { FontAwesomeIcon } from "@fortawesome/react-fontawesome";
import type { FontAwesomeIconProps } from "@fortawesome/react-fontawesome";
import { point } from "./patch.tsx";

export const Icon = point("Icon", (props: FontAwesomeIconProps) => (
  <FontAwesomeIcon {...props} className={`fa-icon ${props.className ?? ""}`} />
));

interface Waiting {
  readonly message?: string;
  readonly inline?: boolean;
}

export const LoadingIndicator = point("LoadingIndicator", ({ message, inline }: Waiting) => (
  <div className={`LoadingIndicator ${inline ? "inline" : ""}`}>
    <Spinner animation="border" role="status">
      <span className="sr-only">Loading…</span>
    </Spinner>
    {message === "" ? null : <h4>{message ?? "Loading…"}</h4>}
  </div>
));
