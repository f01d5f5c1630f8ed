/** Parts that are there when a plugin's script starts. */
import * as React from "react";
import { Spinner } from "react-bootstrap";
import { FontAwesomeIcon } from "@fortawesome/react-fontawesome";
import type { FontAwesomeIconProps } from "@fortawesome/react-fontawesome";
import { point } from "./patch.tsx";

export const Icon = point("Icon", (props: FontAwesomeIconProps) => (
  <FontAwesomeIcon {...props} className={`fa-icon ${props.className ?? ""}`} />
));

/** No part that plugins are handed: v0.27 keeps it to itself. */
export const LoadingIndicator = (): React.ReactElement => (
  <div className="LoadingIndicator">
    <Spinner animation="border" role="status">
      <span className="sr-only">Loading…</span>
    </Spinner>
    <h4>Loading…</h4>
  </div>
);
