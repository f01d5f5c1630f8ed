import { React } from "../stash/index.ts";
import type { ReactNode } from "../stash/index.ts";

/** Draws nothing in place of a part of ours that fails: an exception in Stash's navbar would blank all of Stash. */
export class Boundary extends React.Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override state = { failed: false };

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}
