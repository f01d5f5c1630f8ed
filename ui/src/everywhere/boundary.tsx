import { React } from "../stash/index.ts";
import type { ReactNode } from "../stash/index.ts";

interface BoundaryProps {
  readonly children: ReactNode;
  /** What stands there if ours fails; nothing unless told. */
  readonly otherwise?: ReactNode;
}

/** Holds a failure of ours: an exception in Stash's navbar would blank all of Stash. */
export class Boundary extends React.Component<BoundaryProps, { readonly failed: boolean }> {
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override state = { failed: false };

  override render(): ReactNode {
    return this.state.failed ? (this.props.otherwise ?? null) : this.props.children;
  }
}
