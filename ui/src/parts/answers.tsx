/** What stands where there is nothing, nothing yet, or an error: each is an answer. */
import { React, Spinner, useEffect, useState } from "../stash/index.ts";
import type { ReactElement, ReactNode } from "../stash/index.ts";
import { SmallButton } from "./buttons.tsx";

const PATIENCE_MS = 300;

/** Nothing is there; the text says so and what would be here. */
export const Empty = ({ children }: { readonly children: ReactNode }): ReactElement => (
  <p className="ps-empty">{children}</p>
);

/** Something is on its way, as Stash shows it: v0.27 hands out no part for it. At first nothing, so that a quick answer does not flicker. */
export function Loading(): ReactElement | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <div className="LoadingIndicator inline">
      <Spinner animation="border" role="status">
        <span className="sr-only">Loading…</span>
      </Spinner>
    </div>
  );
}

interface ErrorBoxProps {
  /** Cause and next step, as the operation says them; null where all is well. */
  readonly error: Error | null;
  readonly again?: () => void;
}

/** An error, where the action was. */
export const ErrorBox = ({ error, again }: ErrorBoxProps): ReactElement | null =>
  error && (
    <div className="ps-error" role="alert">
      <span>{error.message}</span>
      {again && (
        <SmallButton onClick={again}>
          Try again
        </SmallButton>
      )}
    </div>
  );
